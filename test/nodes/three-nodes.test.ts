import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { sql } from '../../src/storage/engine.ts'
import { View } from '../stress/view.ts'
import { ImapClient, type ImapReply } from '../support/imap-client.ts'
import { LineClient } from '../support/line-client.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { openNodes, type TestNode } from '../support/three-nodes.ts'

/** Rounds of steps; `POSTERN_TEST_NODE_ROUNDS` sets more, `POSTERN_TEST_SEED` repeats a run. */
const ROUNDS = Number(process.env['POSTERN_TEST_NODE_ROUNDS'] ?? 12)
const SEED = Number(process.env['POSTERN_TEST_SEED'] ?? Date.now() % 1_000_000)

const folders = ['INBOX', 'Archive'] as const
type FolderName = (typeof folders)[number]

interface Look {
  readonly uidValidity: number
  readonly highestModSeq: number
  /** Letter and flags by UID. */
  readonly messages: ReadonlyMap<number, { readonly letter: number; readonly flags: string }>
}

const numberIn = (text: string, form: RegExp): number => Number(form.exec(text)?.[1] ?? Number.NaN)

/** The state of a folder as a new session sees it. */
const lookOf = (selected: ImapReply, fetched: ImapReply): Look => {
  const all = selected.untagged.join('\n')
  const messages = fetched.untagged
    .filter((it) => /^\d+ FETCH/.test(it))
    .map((it) => {
      const flags = (/FLAGS \(([^)]*)\)/.exec(it)?.[1] ?? '').toLowerCase().split(' ')
      const kept = flags.filter((flag) => flag !== '' && flag !== '\\recent').sort()
      return [numberIn(it, /UID (\d+)/), { letter: numberIn(it, /Letter (\d+)/), flags: kept.join(' ') }] as const
    })
  return {
    uidValidity: numberIn(all, /UIDVALIDITY (\d+)/),
    highestModSeq: numberIn(all, /HIGHESTMODSEQ (\d+)/),
    messages: new Map(messages),
  }
}

const uidFlags = ({ messages }: Look) => [...messages].map(([uid, { flags }]) => [uid, flags] as const)

/** A session that has selected INBOX, and the folder as the server described it to the session. */
interface Session {
  readonly client: ImapClient
  readonly view: View
}

async function openSession({ ports }: TestNode, address: string, token: string): Promise<Session> {
  const client = await ImapClient.signIn({ host: '127.0.0.1', port: ports.imap }, address, token)
  onTestFinished(() => client.drop())
  const view = new View()
  view.take(await client.run('SELECT INBOX'), true)
  view.take(await client.run('UID FETCH 1:* (FLAGS)'), true)
  return { client, view }
}

/** The steps of clients at three nodes, and what they were told. */
class Clients {
  readonly #context: Awaited<ReturnType<typeof openNodes>>
  readonly #random: SeededRandom
  readonly #sessions: readonly Session[]
  /** The letter of each UID when it was first seen. */
  readonly #letters = new Map<string, number>()
  #letter = 0
  /** Views that were left, to be resumed by QRESYNC. */
  readonly #left = new Map<FolderName, View>()
  /** How many resumed views were compared with a full look. */
  compared = 0

  constructor(context: Clients['context'], random: SeededRandom, sessions: readonly Session[]) {
    this.#context = context
    this.#random = random
    this.#sessions = sessions
  }

  get context(): Awaited<ReturnType<typeof openNodes>> {
    return this.#context
  }

  /** Some steps at the same time, each at a random node. */
  async round(): Promise<void> {
    const steps = this.#sessions.map((session, nth) => this.#imap(session, nth))
    const others = [this.#pop3.bind(this), this.#smtp.bind(this), this.#cmdlet.bind(this)]
    await Promise.all([...steps, this.#random.of(others)(this.#node()), this.#smtp(this.#node())])
  }

  #node(): TestNode {
    return this.#random.of(this.#context.nodes)
  }

  #text(): string {
    return `From: Ada <ada@contoso.test>\r\nSubject: Letter ${++this.#letter}\r\nMessage-ID: <${this.#letter}@contoso.test>\r\n\r\nHello\r\n`
  }

  async #imap({ client, view }: Session, nth: number): Promise<void> {
    const uid = 1 + this.#random.below(Math.max(1, Math.ceil(this.#letter / 2)))
    const uids = `${uid}:${uid + this.#random.below(4)}`
    const to = this.#random.of(folders)
    const flag = this.#random.of(['\\Seen', '\\Flagged', '\\Deleted', 'work', '$Junk'])
    const text = this.#text()
    const command = this.#random.of([
      `APPEND ${to} (\\Flagged) {${text.length}+}\r\n${text}`,
      `APPEND ${to} {${text.length}+}\r\n${text}`,
      `UID STORE ${uids} +FLAGS (${flag})`,
      `UID STORE ${uids} -FLAGS (${flag})`,
      `UID STORE ${uids} FLAGS (${flag})`,
      `UID MOVE ${uids} ${to}`,
      `UID COPY ${uids} ${to}`,
      'EXPUNGE',
      'NOOP',
    ])
    const reply = await client.run(command)
    if (reply.tagged.startsWith('BAD')) throw new Error(`${command} at node ${nth + 1}: ${reply.tagged}`)
    view.take(reply, true)
  }

  /** Once all nodes see the last change: what a session was told during all steps is what a new session sees. */
  async sessionsAgree(look: Look): Promise<void> {
    for (const { client, view } of this.#sessions) {
      view.take(await client.run('NOOP'), true)
      expect(view.messages.length).toBe(look.messages.size)
      if (view.unknown !== undefined) view.take(await client.run('UID FETCH 1:* (FLAGS)'), true)
      expect(view.messages.map(({ uid, flags }) => [uid, flags])).toEqual(uidFlags(look))
    }
  }

  async #pop3({ ports }: TestNode): Promise<void> {
    const { address, token } = this.#context
    const client = await LineClient.pop3({ host: '127.0.0.1', port: ports.pop3 }, address, token).catch(
      (error: Error) => {
        if (/IN-USE/.test(error.message)) return undefined
        throw error
      },
    )
    if (!client) return
    const held = numberIn(await client.ask('STAT'), /^\+OK (\d+)/)
    if (held > 0) await client.ask(`DELE ${1 + this.#random.below(held)}`)
    expect(await client.ask('QUIT')).toMatch(/^\+OK|^-ERR/)
    client.drop()
  }

  async #smtp({ ports }: TestNode): Promise<void> {
    const { address, token } = this.#context
    const client = await LineClient.smtp({ host: '127.0.0.1', port: ports.smtp }, address, token)
    expect(await client.deliver(address, [address], this.#text())).toMatch(/^250 /)
    client.drop()
  }

  async #cmdlet(node: TestNode): Promise<void> {
    const value = `Ada ${this.#random.below(1000)}`
    const { status, body } = await node.cmdlet('Set-Mailbox', {
      Identity: 'ada',
      [this.#random.of(['DisplayName', 'CustomAttribute1'])]: value,
    })
    expect(status, JSON.stringify(body)).toBe(200)
  }

  #signIn({ ports }: TestNode): Promise<ImapClient> {
    return ImapClient.signIn({ host: '127.0.0.1', port: ports.imap }, this.#context.address, this.#context.token)
  }

  /** Reads a folder at a node whole. */
  async #look(node: TestNode, folder: FolderName): Promise<Look> {
    const client = await this.#signIn(node)
    const selected = await client.run(`SELECT ${folder} (CONDSTORE)`)
    const look = lookOf(selected, await client.run('UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])'))
    client.drop()
    for (const [uid, { letter }] of look.messages) {
      const key = `${folder} ${uid}`
      expect(this.#letters.get(key) ?? letter, `UID ${key} was used twice`).toBe(letter)
      this.#letters.set(key, letter)
    }
    return look
  }

  /** While nothing happens: what QRESYNC says at one node makes of an old view what a full look at another one sees. */
  async resynced(folder: FolderName): Promise<void> {
    const client = await this.#signIn(this.#node())
    await client.run('ENABLE QRESYNC')
    const before = this.#left.get(folder)
    const view = before ?? new View()
    if (before) {
      view.resume(await client.run(`SELECT ${folder} (QRESYNC (${view.uidValidity} ${view.highestModSeq}))`))
    } else {
      view.take(await client.run(`SELECT ${folder}`), true)
      view.take(await client.run('UID FETCH 1:* (FLAGS)'), true)
    }
    client.drop()
    this.#left.set(folder, view)
    const look = await this.#look(this.#node(), folder)
    // The index of a node may be some milliseconds behind: then the two see different moments.
    if (look.highestModSeq !== view.highestModSeq) return
    if (before) this.compared += 1
    expect(view.messages.map(({ uid, flags }) => [uid, flags])).toEqual(uidFlags(look))
  }

  /** Waits until all nodes see the last mod-sequence of a folder. Returns their states. */
  async settledLooks(folder: FolderName): Promise<readonly Look[]> {
    const { nodes, mailbox } = this.#context
    const name = folder === 'INBOX' ? 'Inbox' : folder
    const row = await nodes[0]!.engine.sql.first<{ modseq: number }>(
      sql`select modseq from mail_folder where mailbox = ${mailbox.id} and parent = 0 and name in (${name}, ${folder})`,
    )
    const reached = async (node: TestNode): Promise<Look> => {
      for (let tries = 0; tries < 100; tries++) {
        const look = await this.#look(node, folder)
        if (look.highestModSeq === row!.modseq) return look
        await pause(20)
      }
      throw new Error(`A node never saw mod-sequence ${row!.modseq} of ${folder}`)
    }
    return Promise.all(nodes.map(reached))
  }
}

test(`random clients at three nodes leave one state, and QRESYNC tells what a full look sees (seed ${SEED})`, async () => {
  const context = await openNodes(3)
  const sessions = await Promise.all(context.nodes.map((node) => openSession(node, context.address, context.token)))
  const clients = new Clients(context, new SeededRandom(SEED), sessions)
  for (let round = 0; round < ROUNDS; round++) {
    await clients.round()
    for (const folder of folders) await clients.resynced(folder)
  }
  for (const folder of folders) {
    const [first, ...others] = await clients.settledLooks(folder)
    expect(first!.messages.size).toBeGreaterThan(0)
    for (const other of others) expect(other).toEqual(first)
    if (folder === 'INBOX') await clients.sessionsAgree(first!)
    await clients.resynced(folder)
  }
  expect(clients.compared).toBeGreaterThan(ROUNDS)
  const shown = await Promise.all(context.nodes.map(({ cmdlet }) => cmdlet('Get-Mailbox', { Identity: 'ada' })))
  for (const { body } of shown) expect(body).toEqual(shown[0]!.body)
}, 600_000)
