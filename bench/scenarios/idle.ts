import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { ImapClient } from '../clients/imap.ts'
import { light } from '../corpus/corpus.ts'
import { memoryOf } from '../measure/process-tree.ts'
import { quiet } from '../measure/quiet.ts'
import { together } from '../measure/repeat.ts'
import { corpus } from '../population.ts'
import type { Target } from '../targets/target.ts'
import type { Scenario, Trial } from './scenario.ts'
import { expectCount, many, signIn } from './session.ts'

const USER = 50
const ROUNDS = 5
const AT_ONCE = 25
const PATIENCE = 30_000
export const idleLabel = (sessions: number, secure: boolean): string =>
  `IDLE of ${many(sessions)}${secure ? ' over TLS' : ''}`

/** Many sessions idle on one folder; how soon does each hear of a message, and what does a session take. */
export const idle: Scenario = {
  name: 'idle',
  claims: ({ idle: sizes }) =>
    sizes.flatMap((sessions) => [
      { label: idleLabel(sessions, false), metric: 'p99', atMost: 20 } as const,
      { label: idleLabel(sessions, false), metric: 'memoryPerSession', atMost: 32 } as const,
      { label: idleLabel(sessions, true), metric: 'memoryPerSession', atMost: 100 } as const,
    ]),
  async run(trial) {
    for (const sessions of trial.plan.idle) {
      for (const secure of [false, true]) {
        const label = idleLabel(sessions, secure)
        const obstacle = obstacleFor(trial.target, sessions)
        if (obstacle === undefined) await idleOnce(trial, { label, sessions, secure })
        else trial.left(label, obstacle)
      }
    }
  },
}

/**
 * Each process of Dovecot that idles watches its folder with an inotify instance of its own; without one it only polls.
 */
export function obstacleFor(target: Target, sessions: number): string | undefined {
  const limit = Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'latin1'))
  return target.name === 'Dovecot' && limit < sessions + 50
    ? `fs.inotify.max_user_instances is ${limit}: Dovecot would not notice before it polls`
    : undefined
}

/** Has sessions idle on a folder, and adds messages to it. */
export async function idleOnce(
  { target, measured }: Trial,
  { label, sessions, secure }: { label: string; sessions: number; secure: boolean },
): Promise<void> {
  // Memory that earlier work left free would hide what a session takes.
  await target.restart()
  const notes = corpus(5, light)
  const folder = `Watched${Date.now().toString(36)}`
  const writer = await signIn(target, USER)
  await writer.run(`CREATE ${folder}`)
  await writer.append(folder, [notes.message(0)])
  await quiet(target.pid)
  const before = memoryOf(target.pid)
  const clients = await idlers(target, { folder, sessions, secure })
  await quiet(target.pid)
  const after = memoryOf(target.pid)
  const [memory, memoryPerSession] = [after / 1024 ** 2, (after - before) / 1024 / sessions]

  await measured(label, async () => {
    const latencies: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const from = performance.now()
      const heard = Promise.all(
        clients.map((client) => hearing(client).then(() => latencies.push(performance.now() - from))),
      )
      await writer.append(folder, [notes.message(round)])
      await Promise.race([heard, pause(PATIENCE, undefined, { ref: false })])
      expectCount('sessions that heard', latencies.length, sessions * (round + 1))
    }
    return { operations: latencies.length, latencies, memory, memoryPerSession }
  })
  for (const client of clients) client.drop()
  await writer.run(`DELETE ${folder}`)
  await writer.logout()
}

async function idlers(
  target: Target,
  { folder, sessions, secure }: { folder: string; sessions: number; secure: boolean },
): Promise<ImapClient[]> {
  const clients: ImapClient[] = []
  while (clients.length < sessions) {
    const batch = await together(Math.min(AT_ONCE, sessions - clients.length), async () => {
      const client = await signIn(target, USER, { secure })
      await client.run(`SELECT ${folder}`)
      await client.idle()
      return client
    })
    clients.push(...batch)
  }
  return clients
}

/** Resolves at the next EXISTS. */
const hearing = (client: ImapClient): Promise<void> =>
  new Promise((resolve) => {
    client.onUntagged = (bytes, from, to) => {
      if (bytes.toString('latin1', from, to).endsWith(' EXISTS\r\n')) resolve()
    }
  })
