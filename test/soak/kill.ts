import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { postern } from '../stress/backup.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { Administrator } from './administrator.ts'
import { look } from './look.ts'
import { MailboxRecord } from './record.ts'
import { Victim } from './victim.ts'
import { type Account, appender, arranger, deliverer, type Desk } from './writers.ts'

/**
 * A server that is killed with SIGKILL again and again while clients write to it:
 * `node test/soak/kill.ts [--kills N] [--messages N] [--seed N] [--folder PATH]`. After each kill everything that was
 * acknowledged has to be there once, as it was sent; at the end all of it is read again.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    messages: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(process.pid * 7919 + (Date.now() % 100_000)) },
    folder: { type: 'string', default: tmpdir() },
  },
})

/** Milliseconds for which the writers work at most before the kill. */
const LONGEST_LIFE = 1500
/** Milliseconds between a request to stop and the kill, at most. */
const LONGEST_STOP = 150
/** Kills after which other mailboxes are written to, so that each check stays short. */
const EPOCH = 25
const MAILBOXES = 6

/** When a server is killed. */
type Moment = 'work' | 'start' | 'stop'

const chance = new SeededRandom(Number(values.seed))
const folder = mkdtempSync(path.join(values.folder, 'postern-kill-'))
const victim = new Victim(folder)
const administrator = new Administrator()
const all: { readonly accounts: readonly Account[]; readonly token: string }[] = []
const kills: Record<Moment, number> = { work: 0, start: 0, stop: 0 }
const starts: number[] = []
const doubts = { found: 0, absent: 0 }
let [letters, acknowledged, verified] = [0, 0, 0]
let marks = new Map<string, number>()

const killed = (): number => kills.work + kills.start + kills.stop
const say = (text: string) => void process.stdout.write(`${text}\n`)

say(`seed ${values.seed}`)
try {
  await victim.spawn()
  starts.push(await victim.becomeReady())
  while (killed() < Number(values.kills) || acknowledged < Number(values.messages)) {
    if (killed() % EPOCH === 0) await newEpoch()
    await life()
    if (killed() % 10 === 0) say(`${killed()} kills, ${acknowledged} messages acknowledged`)
  }
  await checkAll()
  await victim.end('SIGTERM')
  await verify()
  report()
  rmSync(folder, { recursive: true, force: true })
} catch (thrown) {
  process.exitCode = 1
  say(`seed ${values.seed}, kill ${killed()}: ${(thrown as Error).stack}\nThe data is in ${folder}`)
} finally {
  await victim.end('SIGKILL')
}

async function newEpoch(): Promise<void> {
  marks = new Map()
  const epoch = all.length
  const addresses = Array.from({ length: MAILBOXES }, (_, nth) => `m${epoch}-${nth}@${victim.ready.tenant.domain}`)
  const token = await administrator.provision(victim, addresses)
  all.push({ token, accounts: addresses.map((address) => ({ address, record: new MailboxRecord() })) })
}

/** Writers work, the server is killed, and what it had acknowledged is looked for after the next start. */
async function life(): Promise<void> {
  const { accounts, token } = all.at(-1)!
  let isOver = false
  const desk: Desk = {
    imap: victim.place('imap'),
    submission: victim.place('submission'),
    token,
    accounts,
    chance,
    next: () => (letters += 1),
    acknowledged: (count) => void (acknowledged += count),
  }
  const writers = [
    appender(0),
    appender(1),
    appender(2),
    deliverer(3, [3, 4, 5]),
    deliverer(4, [0, 3, 4, 5]),
    arranger(0),
  ]
  const work = [...writers.map((write) => write(desk)), administrator.work(victim)].map((writing) =>
    writing.catch((thrown: unknown) => {
      if (!isOver || !isCutOff(thrown)) throw thrown
    }),
  )
  const together = Promise.all(work)
  together.catch(() => {})
  await Promise.race([pause(chance.below(LONGEST_LIFE)), together])
  isOver = true
  if (chance.below(12) === 0) {
    victim.askToStop()
    await pause(chance.below(LONGEST_STOP))
    await kill('stop')
  } else {
    await kill('work')
  }
  await together
  await startAgain()
  await checkEpoch(all.length - 1)
}

async function startAgain(): Promise<void> {
  if (killed() % (EPOCH * 4) === 0) await verify()
  const usual = starts.at(-1)!
  for (;;) {
    await victim.spawn()
    if (killed() % EPOCH !== 0 && chance.below(8) === 0) {
      await pause(chance.below(Math.ceil(usual)))
      await kill('start')
      continue
    }
    starts.push(await victim.becomeReady())
    return
  }
}

async function kill(moment: Moment): Promise<void> {
  await victim.end('SIGKILL')
  kills[moment] += 1
}

/** The connection ended, or the server said that it stops. */
function isCutOff(thrown: unknown): boolean {
  const text = (thrown as Error).message
  return /^The connection ended|ECONN|EPIPE|socket hang up|socket disconnected|BYE|421|: 503/.test(text)
}

async function checkEpoch(nth: number): Promise<void> {
  const { accounts, token } = all[nth]!
  for (const account of accounts) {
    const { found, absent } = account.record.check(
      account.address,
      await look(victim.place('imap'), account, token, marks),
    )
    doubts.found += found
    doubts.absent += absent
  }
}

/** Every message of every mailbox is read and compared. */
async function checkAll(): Promise<void> {
  marks = new Map()
  for (const nth of all.keys()) await checkEpoch(nth)
  await administrator.check(victim)
}

async function verify(): Promise<void> {
  await postern('verify', '--data', victim.data)
  verified += 1
}

function report(): void {
  const sorted = starts.toSorted((a, b) => a - b)
  const at = (part: number) => `${(sorted[Math.floor((sorted.length - 1) * part)]! / 1000).toFixed(1)} s`
  const rest = all.flatMap(({ accounts }) => accounts).reduce((sum, { record }) => sum + record.acknowledged, 0)
  say(`kills: ${killed()} (${kills.work} at work, ${kills.start} during the start, ${kills.stop} during the stop)`)
  say(`messages acknowledged: ${acknowledged}, lost: 0, doubled: 0`)
  say(`messages in mailboxes at the end: ${rest}, each compared octet by octet`)
  say(`messages without an answer when the server was killed: ${doubts.found} stored, ${doubts.absent} not stored`)
  say(`apps registered: ${administrator.apps}, lost: 0`)
  say(`start after a kill: ${at(0.5)} (median), ${at(0.99)} (p99), ${at(1)} (longest)`)
  say(`postern verify: ${verified} times without a finding`)
}
