import type { SmtpArguments } from '../../../codecs/smtp/command-line.ts'
import { DataDecoder } from '../../../codecs/smtp/data.ts'
import { reply } from '../../../codecs/smtp/reply.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Addressed, Recipient, SizeLimit } from '../../../domain/transport/types.ts'
import { decline, refusalNamed, replyTo } from '../refusals.ts'
import { command, nothing } from '../command.ts'
import type { Incoming } from '../incoming.ts'
import { mailParameters, pathOf, recipientParameters } from '../parameters.ts'
import type { SmtpSession } from '../session.ts'
import { anywhere, type SmtpStateIn } from '../state.ts'
import { putOnRecord, refuseWithoutRecipients, submit } from '../submit.ts'

export const mail = command({
  name: 'MAIL',
  in: ['signed-in'],
  spec: 'RFC 5321 §4.1.1.2',
  parse: (args) => ({ path: pathOf(args, 'FROM'), parameters: args.parameters() }),
  async *run({ session, state }, { path, parameters }) {
    const { transport, profile, settings } = session.deps
    const { size, binary, utf8, envelopeId } = mailParameters(parameters)
    if (!path.ascii && !utf8) decline('needs-smtputf8')
    // RFC 1870 §6.1
    if (size > settings.message_octets) decline('message-too-big')
    // Exchange Online says it when it has the message.
    if (profile === 'standards' && path.address !== '' && !(await transport.maySendAs(state.sender, path.address))) {
      await denied(session, path.address)
    }
    if (profile === 'standards' && size > 0) refuseBeyond(await transport.sizeLimit(state.sender, []), size)
    const mail = { from: path.address, size, binary, utf8, envelopeId, recipients: [], refused: false }
    session.state = { ...state, at: 'transaction', mail }
    yield reply(250, '2.1.0', 'Sender OK')
  },
})

async function denied(session: SmtpSession, address: string): Promise<never> {
  const { profile, hostname } = session.deps
  const refusal = refusalNamed('not-your-address')
  await session.deniedSender({ address, wire: replyTo(refusal, profile, hostname).trimEnd() })
  throw refusal
}

export const rcpt = command({
  name: 'RCPT',
  in: ['transaction'],
  spec: 'RFC 5321 §4.1.1.3',
  parse: (args) => ({ path: pathOf(args, 'TO'), parameters: args.parameters() }),
  async *run({ session, state }, { path, parameters }) {
    const { mail } = state
    const wishes = recipientParameters(parameters)
    if (path.address === '') decline('recipient-address')
    if (!path.ascii && !mail.utf8) decline('needs-smtputf8')
    // RFC 5321 §4.5.3.1.10
    if (mail.recipients.length >= session.deps.settings.recipients) decline('too-many-recipients')
    mail.recipients.push(await recipient(session, state, path.address, wishes))
    yield reply(250, '2.1.5', 'Recipient OK')
  },
})

/** RFC 1870 §6.1: an announced size that cannot be taken is refused before the message comes. */
function refuseBeyond(limit: SizeLimit | undefined, size: number): void {
  if (limit && size > limit.octets) decline(limit.why, { mailbox: limit.mailbox })
}

async function recipient(
  session: SmtpSession,
  state: SmtpStateIn<'transaction'>,
  address: string,
  wishes: ReturnType<typeof recipientParameters>,
): Promise<Addressed> {
  const { transport, profile } = session.deps
  const { sender, mail } = state
  try {
    const addressed = { ...(await found(session, state, address)), ...wishes }
    // Exchange Online takes the message, and reports then.
    if (profile === 'standards' && mail.size > 0)
      refuseBeyond(await transport.sizeLimit(sender, [addressed]), mail.size)
    return addressed
  } catch (thrown) {
    state.mail.refused = true
    await putOnRecord(session, state, thrown, { recipients: [address], bytes: Buffer.alloc(0) })
    throw thrown
  }
}

async function found(
  session: SmtpSession,
  { sender }: SmtpStateIn<'transaction'>,
  address: string,
): Promise<Recipient> {
  try {
    return await session.deps.transport.recipient(sender, address)
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.reason === 'gone') throw thrown
    return decline(thrown.reason === 'not-allowed' ? 'relay' : 'no-such-recipient')
  }
}

export const data = command({
  name: 'DATA',
  in: ['transaction'],
  spec: 'RFC 5321 §4.1.1.4',
  parse: nothing,
  async *run({ session, state }) {
    if (state.mail.binary) decline('binary-data')
    refuseWithoutRecipients(session, state.mail)
    const incoming = session.incoming(state)
    try {
      yield reply(354, undefined, 'Start mail input; end with <CRLF>.<CRLF>')
      if (await receiveLines(session, incoming)) yield await submit(session, state, incoming)
    } finally {
      incoming.drop()
    }
  },
})

/** Whatever is wrong with the command, its octets are on their way, and must never be taken for commands. */
export const bdat = command({
  name: 'BDAT',
  in: anywhere,
  spec: 'RFC 3030 §2',
  parse: sizeOf,
  async *run({ session }, size) {
    if (size === undefined) {
      session.farewell.say(reply(421, '4.5.4', 'Without its size there is no telling where a chunk ends'))
      return
    }
    const state = await opened(session, size.octets)
    const { incoming } = state
    if (!(await receiveOctets(session, size.octets, (octets) => incoming.add(octets)))) return
    if (size.last || incoming.failure) yield await submit(session, state, incoming)
    else yield reply(250, '2.0.0', `${size.octets} octets received`)
  },
})

interface Size {
  readonly octets: number
  readonly last: boolean
}

/** Undefined for what is none. */
function sizeOf(args: SmtpArguments): Size | undefined {
  const found = /^(\d{1,15})(?: +(LAST))?$/i.exec(args.rest())
  return found ? { octets: Number(found[1]), last: found[2] !== undefined } : undefined
}

/** The message that a chunk belongs to. Refuses when the chunk is out of the way. */
async function opened(session: SmtpSession, octets: number): Promise<SmtpStateIn<'chunking'>> {
  try {
    const state = session.at(['transaction', 'chunking'])
    if (state.at === 'chunking') return state
    refuseWithoutRecipients(session, state.mail)
    const chunking = { ...state, at: 'chunking', incoming: session.incoming(state) } as const
    session.state = chunking
    return chunking
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    if (!(await receiveOctets(session, octets))) refuse('gone', 'The client is gone')
    throw thrown
  }
}

/** How much is taken from the wire at a time. */
const PIECE = 64 * 1024

/** Takes a message up to the dot that ends it; false when the connection is over before. */
async function receiveLines(session: SmtpSession, incoming: Incoming): Promise<boolean> {
  const decoder = new DataDecoder()
  while (isBearable(session, incoming.octets)) {
    const octets = await session.octets(PIECE)
    if (typeof octets === 'string') return false
    const { pieces, end } = decoder.push(octets)
    for (const piece of pieces) {
      const kept = incoming.add(piece)
      if (kept) await kept
    }
    if (end === undefined) continue
    session.wire.unread(octets.subarray(end))
    return true
  }
  return false
}

/** Takes so many octets; false when the connection is over before. */
async function receiveOctets(
  session: SmtpSession,
  count: number,
  take: (octets: Buffer) => Promise<void> | undefined = () => undefined,
): Promise<boolean> {
  if (!isBearable(session, count)) return false
  for (let missing = count; missing > 0;) {
    const octets = await session.octets(Math.min(missing, PIECE))
    if (typeof octets === 'string') return false
    const taken = take(octets)
    if (taken) await taken
    missing -= octets.length
  }
  return true
}

/** Whether so many octets are read to their end, be it to be forgotten. A session that sends more is over. */
function isBearable(session: SmtpSession, count: number): boolean {
  const { message_octets, line_octets } = session.deps.settings
  if (count <= (session.isSignedIn ? message_octets * 2 : line_octets)) return true
  session.farewell.say(reply(421, '4.3.4', 'That is far more than is taken'))
  return false
}
