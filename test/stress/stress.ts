import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Postern } from '../../bench/targets/postern.ts'
import { userName } from '../../bench/targets/target.ts'
import { ImapClient } from '../support/imap-client.ts'
import { Backup, postern as run } from './backup.ts'
import { type Account, ImapSession, kinds } from './imap-session.ts'
import { KEPT, FolderFacts } from './folder-facts.ts'
import { letterOf } from './letters.ts'
import { type Actor, Drain, Sender } from './mail-actors.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { View } from './view.ts'

/**
 * Many sessions that do random things in the same folders, and mail that comes and is fetched meanwhile:
 * `node test/stress/stress.ts [--seed N] [--seconds N] [--sessions N] [--kill] [--backup]`. With `--kill` the server is
 * killed in the midst of it, again and again, and has to be as it had said. With `--backup` a backup is brought up to
 * date in the midst of it, and a server is started on what is restored.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(process.pid * 7919 + (Date.now() % 100_000)) },
    seconds: { type: 'string', default: '60' },
    sessions: { type: 'string', default: '8' },
    kill: { type: 'boolean', default: false },
    backup: { type: 'boolean', default: false },
  },
})
const ROUND = 60
const LONGEST = 3000
const FOLDERS = ['INBOX', 'work', 'work/later', KEPT]
const seed = Number(values.seed)
process.stdout.write(`seed ${seed}\n`)
process.env.POSTERN_PROFILE = 'standards'
process.env.POSTERN_LOG_LEVEL ??= 'warn'

const folder = mkdtempSync(path.join(tmpdir(), 'postern-stress-'))
chmodSync(folder, 0o755)
let postern = await started()
const facts = new FolderFacts()
const chance = new SeededRandom(seed - 1)
const sessions = Array.from({ length: Number(values.sessions) }, (_, nth) => {
  return new ImapSession({
    nth,
    kind: kinds[nth % kinds.length]!,
    chance: new SeededRandom(seed + nth),
    folders: FOLDERS,
    facts,
  })
})
const sender = new Sender(facts, userName(1))
const drain = new Drain(new SeededRandom(seed + sessions.length), facts)
const actors: readonly Actor[] = [sender, drain]
const backup = new Backup(folder, facts)
const account = (): Account => ({
  imap: postern.places.imap,
  pop3: postern.places.pop3,
  submission: postern.places.submission,
  user: userName(0),
  token: postern.token(),
})
const fresh = (user = 0): Promise<ImapClient> => ImapClient.signIn(postern.places.imap, userName(user), postern.token())

let [rounds, kills, opened] = [0, 0, 0]
try {
  const first = await fresh()
  for (const name of FOLDERS.slice(1)) await first.run(`CREATE ${name}`)
  first.drop()
  await openAll()
  for (const until = Date.now() + Number(values.seconds) * 1000; Date.now() < until; rounds += 1) await round()
  await postern.stop()
  await verify()
  const counts = `${rounds} rounds, ${kills} kills, ${opened} sessions, ${facts.commands} commands`
  process.stdout.write(`${counts}, ${facts.letters} letters, ${facts.met} UIDs met: all agree\n`)
} catch (thrown) {
  process.exitCode = 1
  process.stdout.write(`seed ${seed}, round ${rounds}: ${String(thrown)}\n`)
} finally {
  for (const session of sessions) session.drop()
  await postern.stop()
  if (process.exitCode === 1) process.stdout.write(`What is left lies in ${folder}\n`)
  else rmSync(folder, { recursive: true, force: true })
}

/** Somebody else may be faster to take a port that was free. */
async function started(): Promise<Postern> {
  for (let times = 0; ; times += 1) {
    try {
      return await Postern.start({ folder, profiles: undefined })
    } catch (thrown) {
      if (times === 5 || !/ended with 4/.test(String(thrown))) throw thrown
    }
  }
}

/** All at once, cut off or not; then quiet, and a comparison of everybody with a new session. */
async function round(): Promise<void> {
  facts.byName = chance.below(2) === 0
  const kill = values.kill && chance.below(4) > 0 ? killedAfter(50 + chance.below(LONGEST)) : undefined
  const working = [
    ...sessions.map((session, nth) =>
      told(
        nth,
        () => many(session),
        () => kill?.isBegun === true,
      ),
    ),
    ...actors.map((actor) => acting(actor, () => kill?.isBegun === true)),
  ]
  if (values.backup && !kill && chance.below(4) === 0) working.push(backup.make())
  await Promise.all(working)
  if (kill) {
    await kill.done
    await verify()
    postern = await started()
    await checkFolders()
    await openAll()
  }
  const witness = await fresh()
  for (const [nth, session] of sessions.entries()) await told(nth, () => session.agree(witness))
  witness.drop()
  if (!kill) await checkFolders()
}

async function many(session: ImapSession): Promise<void> {
  for (let nth = 0; nth < ROUND; nth += 1) await session.step()
}

function killedAfter(milliseconds: number) {
  const killing = { isBegun: false, done: Promise.resolve() }
  killing.done = pause(milliseconds).then(async () => {
    killing.isBegun = true
    kills += 1
    process.kill(postern.pid, 'SIGKILL')
    await postern.stop()
  })
  return killing
}

/** Whatever a session cannot do any more because the server was killed is no fault. */
async function told(nth: number, work: () => Promise<void>, isOver = () => false): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    if (isOver() && isCutOff(thrown)) return
    const { kind, folder: selected, said } = sessions[nth]!
    const conversation = said.slice(-16).join('\n  ')
    const where = `session ${nth} (${kind}, ${selected})`
    throw new Error(`${where}: ${(thrown as Error).message}\n  ${conversation}`, { cause: thrown })
  }
}

async function acting(actor: Actor, isOver: () => boolean): Promise<void> {
  try {
    for (let times = 0; times < 5; times += 1) await actor.act(account())
  } catch (thrown) {
    if (!(isOver() && isCutOff(thrown))) throw thrown
  }
}

function isCutOff(thrown: unknown): boolean {
  return /^The connection ended|ECONNRE|EPIPE/.test((thrown as Error).message)
}

async function openAll(): Promise<void> {
  for (const [nth, session] of sessions.entries()) {
    opened += 1
    await told(nth, async () => {
      session.drop()
      await session.open(account())
    })
  }
}

async function verify(): Promise<void> {
  await run('verify', '--data', path.join(folder, 'data'))
}

/** Checks that the folders have everything that was acknowledged and not removed. */
async function checkFolders(): Promise<void> {
  const client = await fresh()
  const suspects = [...sessions, ...actors].flatMap(({ suspect }) => suspect ?? [])
  for (const name of FOLDERS) {
    const view = new View()
    view.take(await client.run(`EXAMINE ${name}`), true)
    if (view.messages.length > 0) view.take(await client.run('FETCH 1:* (UID FLAGS)'), false)
    facts.check(name, new Map(view.messages.map(({ uid, flags }) => [uid!, flags!])), suspects)
  }
  client.drop()
  const other = await fresh(1)
  await other.run('EXAMINE INBOX')
  const { untagged } = await other.run('FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])')
  sender.check(untagged.flatMap((it) => letterOf(/Subject: ([^\r]*)/.exec(it)?.[1] ?? '') ?? []))
  other.drop()
}
