import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Postern } from '../../bench/targets/postern.ts'
import { userName } from '../../bench/targets/target.ts'
import { ImapClient } from '../support/imap-client.ts'
import { Chance } from './random.ts'
import { type Account, type Ledger, StressSession } from './session.ts'

/**
 * Many sessions that do random things in the same folders: `node test/stress/stress.ts [--seed N] [--seconds N]
 * [--sessions N] [--kill]`. With `--kill`, the server is killed after each round and has to be as it had said.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(process.pid * 7919 + (Date.now() % 100_000)) },
    seconds: { type: 'string', default: '60' },
    sessions: { type: 'string', default: '8' },
    kill: { type: 'boolean', default: false },
  },
})
const ROUND = 60
const FOLDERS = ['INBOX', 'work', 'work/later']
const seed = Number(values.seed)
process.stdout.write(`seed ${seed}\n`)
process.env.POSTERN_PROFILE = 'standards'
process.env.POSTERN_LOG_LEVEL ??= 'warn'

const folder = mkdtempSync(path.join(tmpdir(), 'postern-stress-'))
chmodSync(folder, 0o755)
let postern = await Postern.start({ folder, profiles: undefined })
const ledger: Ledger = { subjects: new Map(), appended: 0 }
const sessions = Array.from({ length: Number(values.sessions) }, (_, nth) => {
  return new StressSession(new Chance(seed + nth), FOLDERS, ledger)
})
const account = (): Account => ({ place: postern.places.imap, user: userName(0), token: postern.token() })
const fresh = (): Promise<ImapClient> => ImapClient.signIn(postern.places.imap, userName(0), postern.token())

let rounds = 0
try {
  const first = await fresh()
  for (const name of FOLDERS.slice(1)) await first.run(`CREATE ${name}`)
  first.drop()
  for (const session of sessions) await session.open(account())
  for (const until = Date.now() + Number(values.seconds) * 1000; Date.now() < until; rounds += 1) await round()
  process.stdout.write(`${rounds} rounds, ${ledger.appended} letters, ${ledger.subjects.size} UIDs met: all agree\n`)
} catch (thrown) {
  process.exitCode = 1
  process.stdout.write(`seed ${seed}, round ${rounds}: ${String(thrown)}\n`)
} finally {
  for (const session of sessions) session.drop()
  await postern.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** All at once, then quiet, then a comparison of everybody with a new session. */
async function round(): Promise<void> {
  await Promise.all(sessions.map((session, nth) => told(nth, () => many(session))))
  const witness = await fresh()
  for (const [nth, session] of sessions.entries()) await told(nth, () => session.agree(witness))
  witness.drop()
  if (values.kill) await killed()
}

async function many(session: StressSession): Promise<void> {
  for (let nth = 0; nth < ROUND; nth += 1) await session.step()
}

async function told(nth: number, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    const conversation = sessions[nth]!.said.slice(-16).join('\n  ')
    throw new Error(`session ${nth}: ${(thrown as Error).message}\n  ${conversation}`, { cause: thrown })
  }
}

/** Everybody is at rest, so what was acknowledged is what there has to be. */
async function killed(): Promise<void> {
  const before = await contents()
  for (const session of sessions) session.drop()
  process.kill(postern.pid, 'SIGKILL')
  await postern.stop()
  postern = await Postern.start({ folder, profiles: undefined })
  const after = await contents()
  const changed = after.filter((it, nth) => it !== before[nth]).slice(0, 5)
  const lost = before.filter((it, nth) => it !== after[nth]).slice(0, 5)
  if (changed.length + lost.length > 0)
    throw new Error(`after kill -9:\n  ${changed.join('\n  ')}\nwas\n  ${lost.join('\n  ')}`)
  for (const session of sessions) await session.open(account())
}

async function contents(): Promise<string[]> {
  const client = await fresh()
  const all: string[] = []
  for (const name of FOLDERS) {
    await client.run(`EXAMINE ${name}`)
    const status = await client.run(`STATUS ${name} (MESSAGES UIDVALIDITY)`)
    const { untagged } = await client.run('UID FETCH 1:* (FLAGS RFC822.SIZE)')
    // Which session is the first to hear of a message is not kept: it may be \Recent again.
    all.push(...status.untagged, ...untagged.map((it) => it.replace(/ ?\\Recent/, '')))
  }
  client.drop()
  return all
}
