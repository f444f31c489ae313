import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { SeededRandom } from '../../support/seeded-random.ts'
import { look } from '../look.ts'
import { MailboxRecord } from '../record.ts'
import { type Account, appender, arranger, deliverer, type Desk, IDLE, type Writer } from '../writers.ts'
import type { Protocol } from './balancer.ts'
import { Cluster } from './cluster.ts'
import type { SoakNode } from './node.ts'
import { flagger, popper } from './writers.ts'

/**
 * Four nodes over one PostgreSQL database and one S3 bucket, with faults at random while clients write through a
 * balancer: `npm run test:soak:nodes -- [--kills N] [--stops N] [--messages N] [--seed N] [--away SECONDS]
 * [--freeze SECONDS]`. After each round everything that was acknowledged has to be there once, seen from any node.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    stops: { type: 'string', default: '50' },
    messages: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(process.pid * 7919 + (Date.now() % 100_000)) },
    away: { type: 'string', default: '30' },
    freeze: { type: 'string', default: '60' },
  },
})

/** Rounds after which other mailboxes are written to, so that each check stays short. */
const EPOCH = 3
const MAILBOXES = 6
/** Node kills for each stop of the database in a round. */
const KILLS = 6
/** Milliseconds between two faults, at most. */
const PAUSE = 3_000
/** Milliseconds that a client waits for an answer. */
const PATIENCE = 30_000
/** Milliseconds for which a maildrop may stay locked after its session was lost, and for the client to ask again. */
const MAILDROP = 33_000
const SPOOL = 60_000
/** Milliseconds between the last command and the look at what was stored. */
const QUIET = 2_000

const number = (name: keyof typeof values): number => Number(values[name])
const chance = new SeededRandom(number('seed'))
const folder = mkdtempSync(path.join(tmpdir(), 'postern-nodes-'))
for (let nth = 0; nth < 4; nth++) mkdirSync(path.join(folder, `node-${nth}`))
const all: { readonly accounts: readonly Account[]; readonly token: string }[] = []
const excused = new Map<string, number>()
const [counts, doubts] = [
  { kills: 0, stops: 0, cuts: 0, freezes: 0, silences: 0, rounds: 0, messages: 0 },
  { found: 0, absent: 0 },
]
let [letters, longestLock] = [0, 0]
let marks = new Map<string, number>()

const say = (text: string) => void process.stdout.write(`${text}\n`)
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
const isDone = () =>
  counts.kills >= number('kills') && counts.stops >= number('stops') && counts.messages >= number('messages')

say(`seed ${values.seed}`)
let cluster: Cluster | undefined
try {
  cluster = await Cluster.open(folder, chance)
  while (!isDone()) {
    if (counts.rounds % EPOCH === 0) await newEpoch(cluster)
    await round(cluster)
    counts.rounds += 1
    say(`${counts.kills} kills, ${counts.stops} stops, ${counts.messages} acknowledged`)
  }
  const emptied = await cluster.spoolEmpties(SPOOL)
  marks = new Map()
  for (const nth of all.keys()) await checkEpoch(cluster, nth)
  report(cluster, emptied)
  await cluster.close()
  rmSync(folder, { recursive: true, force: true })
} catch (thrown) {
  say(`seed ${values.seed}, kill ${counts.kills}: ${(thrown as Error).stack}\nThe logs are in ${folder}`)
  await cluster?.close()
  // Ends also the processes of a cluster that did not start.
  process.exit(1)
}

async function newEpoch(nodes: Cluster): Promise<void> {
  marks = new Map()
  const names = Array.from({ length: MAILBOXES }, (_, nth) => `m${all.length}-${nth}`)
  const { addresses, token } = await nodes.provision(names)
  all.push({ token, accounts: addresses.map((address) => ({ address, record: new MailboxRecord() })) })
}

/** Writers work while nodes, the database and the bucket fail. Then all is looked for. */
async function round(nodes: Cluster): Promise<void> {
  const over = new AbortController()
  const writers: ((from: string) => Writer)[] = [
    () => appender(0),
    () => appender(1),
    () => appender(2),
    () => deliverer(3, [3, 4, 5]),
    () => deliverer(4, [0, 3, 4, 5]),
    () => arranger(0),
    () => flagger(1),
    () => flagger(2),
    (from) => popper(5, { pop3: at(nodes, 'pop3', from), locked: (took) => checkLock(nodes, took) }),
  ]
  const work = Promise.all(
    writers.map((writer, nth) => sessions(nodes, writer(`127.0.1.${nth + 1}`), `127.0.1.${nth + 1}`, over.signal)),
  )
  work.catch(() => over.abort())
  try {
    await Promise.race([faults(nodes), work])
  } finally {
    over.abort()
    await work
  }
  await pause(QUIET)
  await checkEpoch(nodes, all.length - 1)
}

function at(nodes: Cluster, protocol: Protocol, from: string) {
  return { host: '127.0.0.1', port: nodes.balancer.port(protocol), from }
}

/** One writer, session after session. A session may end only for a fault of its node, or of what all nodes share. */
async function sessions(nodes: Cluster, write: Writer, from: string, over: AbortSignal): Promise<void> {
  const { accounts, token } = all.at(-1)!
  const desk: Desk = {
    imap: at(nodes, 'imap', from),
    submission: at(nodes, 'submission', from),
    token,
    accounts,
    chance,
    over,
    patience: PATIENCE,
    next: () => (letters += 1),
    acknowledged: (count) => void (counts.messages += count),
  }
  while (!over.aborted) {
    const since = performance.now()
    try {
      await write(desk)
    } catch (thrown) {
      if (over.aborted && thrown === over.reason) return
      const node = nodes.balancer.nodeOf(from)
      const excuse = nodes.log.excuse(node, since)
      if (!excuse) throw new Error(`A client of ${node}, which lives, was disturbed`, { cause: thrown })
      const of = excuse.startsWith('node') ? 'a node' : `the ${excuse}`
      excused.set(of, (excused.get(of) ?? 0) + 1)
      await pause(IDLE * 5)
    }
  }
}

function checkLock(nodes: Cluster, took: number): void {
  if (nodes.log.excuse('database', performance.now() - took)) return
  longestLock = Math.max(longestLock, took)
  if (took > MAILDROP) throw new Error(`A maildrop was locked for ${Math.round(took)} ms`)
}

/** Several kills and a stop of the database, while one slower fault lasts. */
async function faults(nodes: Cluster): Promise<void> {
  const restarts: Promise<void>[] = []
  const long = slowFault(nodes)
  const kills = Math.min(KILLS, Math.max(1, number('kills') - counts.kills))
  const stopAt = counts.stops < number('stops') ? chance.below(kills) : -1
  for (let nth = 0; nth < kills; nth++) {
    await pause(chance.below(PAUSE))
    if (nth === stopAt) {
      await nodes.stopDatabase(chance.below(1_000))
      counts.stops += 1
    }
    const node = await victimOf(nodes)
    await node.kill()
    counts.kills += 1
    restarts.push(node.start())
  }
  await pause(PAUSE)
  await Promise.all([long, ...restarts])
}

/** A node that is up while another one is, too. */
async function victimOf({ nodes }: Cluster): Promise<SoakNode> {
  for (;;) {
    const up = nodes.filter(({ isUp }) => isUp)
    if (up.length >= 2) return chance.of(up)
    await pause(IDLE)
  }
}

/** In turn: the bucket away, a frozen node, notices cut. */
async function slowFault(nodes: Cluster): Promise<void> {
  const kind = counts.rounds % 3
  if (kind === 0) {
    await nodes.cutObjects(number('away') * 1_000)
    counts.cuts += 1
  } else if (kind === 1) {
    await (await victimOf(nodes)).freeze(number('freeze') * 1_000)
    counts.freezes += 1
  } else {
    await nodes.cutNotices(15_000)
    counts.silences += 1
  }
}

async function checkEpoch(nodes: Cluster, nth: number): Promise<void> {
  const { accounts, token } = all[nth]!
  for (const account of accounts) {
    const imap = chance.of(nodes.nodes).place('imap')
    const { found, absent } = account.record.check(account.address, await look(imap, account, token, marks))
    doubts.found += found
    doubts.absent += absent
  }
}

function report({ nodes }: Cluster, emptied: number): void {
  const starts = nodes.flatMap((node) => node.starts).sort((a, b) => a - b)
  const rest = all.flatMap(({ accounts }) => accounts).reduce((sum, { record }) => sum + record.acknowledged, 0)
  say(`kills of a node: ${counts.kills}, stops of the database: ${counts.stops}`)
  say(`bucket away: ${counts.cuts}, nodes frozen: ${counts.freezes}, notices cut: ${counts.silences}`)
  say(`messages, flag changes and removals acknowledged: ${counts.messages}, lost: 0, doubled: 0`)
  say(`messages in mailboxes at the end: ${rest}, each compared octet by octet`)
  say(`messages without an answer: ${doubts.found} stored, ${doubts.absent} not stored`)
  say(`sessions ended by faults: ${[...excused].map(([of, count]) => `${of} ${count}`).join(', ')}`)
  say(`longest lock of a maildrop: ${seconds(longestLock)}; spool empty after ${seconds(emptied)}`)
  say(
    `start of a node: ${seconds(starts[Math.floor(starts.length / 2)]!)} (median), ${seconds(starts.at(-1)!)} (longest)`,
  )
}
