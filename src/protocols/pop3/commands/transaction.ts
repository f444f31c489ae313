import { TopLines } from '../../../codecs/pop3/dot-stuffing.ts'
import { ok } from '../../../codecs/pop3/command-line.ts'
import type { Profile } from '../../../core/profile.ts'
import { Refusal } from '../../../core/refusal.ts'
import { command, type Pop3Command, nothing } from '../command.ts'
import type { Maildrop } from '../maildrop.ts'
import { messageLines, multiLine } from '../multi-line.ts'
import type { Pop3StateIn, Pop3Session } from '../session.ts'

export const stat = command({
  name: 'STAT',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'list messages',
  parse: nothing,
  async *run({ state: { drop } }) {
    yield ok(`${drop.count} ${drop.octets}`)
  },
})

export const list = command({
  name: 'LIST',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'list messages',
  parse: (args) => (args.empty ? undefined : args.number()),
  async *run({ session, state: { drop } }, argument) {
    if (argument === undefined) {
      yield* multiLine(ok(session.wording.scan(drop.count, drop.octets)), scanListings(drop))
    } else {
      const number = drop.number(argument)
      yield ok(`${number} ${drop.size(number)}`)
    }
  },
})

function* scanListings(drop: Maildrop): Iterable<string> {
  for (const number of drop.numbers()) yield `${number} ${drop.size(number)}`
}

/** RFC 1939 has no flags. It is not proven that Exchange Online marks a retrieved message as read. */
const marksSeen: Readonly<Record<Profile, boolean>> = { 'exchange-online': true, standards: false }

export const retr = command({
  name: 'RETR',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'retrieve',
  parse: (args) => args.number(),
  async run({ session, state: { drop, reader } }, argument) {
    const number = drop.number(argument)
    const message = drop.message(number)
    if (marksSeen[session.deps.profile]) await drop.markSeen(number)
    const status = ok(session.wording.remark(`${message.lineOctets} octets`))
    return messageLines(status, message, await reader.read(number))
  },
})

export const dele = command({
  name: 'DELE',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  does: 'delete',
  parse: (args) => args.number(),
  async *run({ session, state: { drop } }, argument) {
    drop.markDeleted(drop.number(argument))
    yield ok(session.wording.remark('Marked as deleted'))
  },
})

export const noop = command({
  name: 'NOOP',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  parse: nothing,
  async *run() {
    yield ok()
  },
})

export const rset = command({
  name: 'RSET',
  in: ['signed-in'],
  spec: 'RFC 1939 §5',
  parse: nothing,
  async *run({ session, state: { drop } }) {
    drop.unmarkAll()
    yield ok(session.wording.remark(`The maildrop has ${drop.count} messages (${drop.octets} octets)`))
  },
})

export const top = command({
  name: 'TOP',
  in: ['signed-in'],
  spec: 'RFC 1939 §7',
  announce: () => 'TOP',
  does: 'read the top',
  parse: (args) => ({ argument: args.number(), lines: args.number() }),
  async run({ session, state: { drop, reader } }, { argument, lines }) {
    const number = drop.number(argument)
    const status = ok(session.wording.remark('Top of the message follows'))
    const octets = await reader.read(number)
    const top = new TopLines(lines)
    return messageLines(
      status,
      drop.message(number),
      octets instanceof Uint8Array ? top.push(octets) : cut(octets, top),
    )
  },
})

/** Stops reading after the requested lines. */
async function* cut(chunks: AsyncIterable<Buffer>, top: TopLines): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield top.push(chunk)
    if (top.over) return
  }
}

export const uidl = command({
  name: 'UIDL',
  in: ['signed-in'],
  spec: 'RFC 1939 §7',
  announce: () => 'UIDL',
  does: 'list messages',
  parse: (args) => (args.empty ? undefined : args.number()),
  async *run({ session, state: { drop } }, argument) {
    if (argument === undefined) {
      yield* multiLine(ok(session.wording.remark('Unique ids follow')), idListings(drop))
    } else {
      const number = drop.number(argument)
      yield ok(`${number} ${drop.uniqueId(number)}`)
    }
  },
})

function* idListings(drop: Maildrop): Iterable<string> {
  for (const number of drop.numbers()) yield `${number} ${drop.uniqueId(number)}`
}

export const quit = command({
  name: 'QUIT',
  in: ['greeted', 'signed-in'],
  spec: 'RFC 1939 §6',
  parse: nothing,
  async *run({ session, state }) {
    const reply = state.at === 'signed-in' ? await update(session, state) : ok(session.wording.goodbye)
    session.state = { at: 'gone' }
    yield reply
  },
})

/** RFC 1939 §6: releases the lock and ends the session, even if the update fails. */
async function update(session: Pop3Session, { drop, leave }: Pop3StateIn<'signed-in'>): Promise<string> {
  try {
    await drop.update()
    return ok(session.wording.goodbye)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) session.log.error({ err: thrown }, 'deleted messages could not be removed')
    return session.wording.refusal('Deleted messages were not removed', 'SYS/TEMP')
  } finally {
    leave()
  }
}

/** Announces the commands of the table. */
export const capa = (table: () => Iterable<Pop3Command>): Pop3Command =>
  command({
    name: 'CAPA',
    in: ['greeted', 'signed-in'],
    spec: 'RFC 2449 §5',
    parse: nothing,
    run: ({ session }) => multiLine(ok(session.wording.remark('Capabilities follow')), capabilities(session, table())),
  })

/** Capabilities other than commands: RFC 2449 §6, RFC 3206 §6. Exchange Online announces none of them. */
const extensions: Readonly<Record<Profile, readonly string[]>> = {
  'exchange-online': [],
  standards: ['RESP-CODES', 'AUTH-RESP-CODE', 'PIPELINING', 'EXPIRE NEVER', 'IMPLEMENTATION Postern'],
}

/** RFC 2449 §5: the capabilities of this connection in its present state. */
const capabilities = (session: Pop3Session, commands: Iterable<Pop3Command>): string[] => [
  ...[...commands].map(({ announce }) => announce(session)).filter((it) => it !== undefined),
  ...extensions[session.deps.profile],
]
