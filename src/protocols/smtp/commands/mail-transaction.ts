import { decodeXtext, type Path, type SmtpArguments, type SmtpParameters } from '../../../codecs/smtp/command-line.ts'
import { DataDecoder } from '../../../codecs/smtp/data.ts'
import { reply } from '../../../codecs/smtp/reply.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Addressed, Recipient, SizeLimit } from '../../../domain/transport/types.ts'
import { command, nothing } from '../command.ts'
import { anywhere, type SmtpStateIn } from '../state.ts'
import type { Incoming } from '../incoming.ts'
import { decline, refusalNamed, replyTo } from '../refusals.ts'
import type { SmtpSession } from '../session.ts'
import { recordRefusal, refuseWithoutRecipients, submit } from '../submit.ts'

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
    // Exchange Online refuses at the end of the message.
    if (profile === 'standards' && path.address !== '' && !(await transport.maySendAs(state.sender, path.address))) {
      await refuseSender(session, path.address)
    }
    if (profile === 'standards' && size > 0) refuseBeyond(await transport.sizeLimit(state.sender, []), size)
    const mail = { from: path.address, size, binary, utf8, envelopeId, recipients: [], refused: false }
    session.state = { ...state, at: 'transaction', mail }
    yield reply(250, '2.1.0', 'Sender OK')
  },
})

async function refuseSender(session: SmtpSession, address: string): Promise<never> {
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
    const options = recipientParameters(parameters)
    if (path.address === '') decline('recipient-address')
    if (!path.ascii && !mail.utf8) decline('needs-smtputf8')
    // RFC 5321 §4.5.3.1.10
    if (mail.recipients.length >= session.deps.settings.recipients) decline('too-many-recipients')
    mail.recipients.push(await recipient(session, state, path.address, options))
    yield reply(250, '2.1.5', 'Recipient OK')
  },
})

/** RFC 1870 §6.1: refuses an announced size that is too large, before the message is sent. */
function refuseBeyond(limit: SizeLimit | undefined, size: number): void {
  if (limit && size > limit.octets) decline(limit.why, { mailbox: limit.mailbox })
}

async function recipient(
  session: SmtpSession,
  state: SmtpStateIn<'transaction'>,
  address: string,
  options: ReturnType<typeof recipientParameters>,
): Promise<Addressed> {
  const { transport, profile } = session.deps
  const { sender, mail } = state
  try {
    const addressed = { ...(await resolve(session, state, address)), ...options }
    // Exchange Online accepts the message and sends a report.
    if (profile === 'standards' && mail.size > 0)
      refuseBeyond(await transport.sizeLimit(sender, [addressed]), mail.size)
    return addressed
  } catch (thrown) {
    state.mail.refused = true
    await recordRefusal(session, state, thrown, { recipients: [address], bytes: Buffer.alloc(0) })
    throw thrown
  }
}

async function resolve(
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

/** Even if the command is refused, the octets of its chunk follow. They are never read as commands. */
export const bdat = command({
  name: 'BDAT',
  in: anywhere,
  spec: 'RFC 3030 §2',
  parse: sizeOf,
  async *run({ session }, size) {
    if (size === undefined) {
      session.farewell.say(reply(421, '4.5.4', 'BDAT needs the size of the chunk'))
      return
    }
    const state = await beginChunk(session, size.octets)
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

/** Undefined for an invalid size. */
function sizeOf(args: SmtpArguments): Size | undefined {
  const match = /^(\d{1,15})(?: +(LAST))?$/i.exec(args.rest())
  return match ? { octets: Number(match[1]), last: match[2] !== undefined } : undefined
}

/** The message that a chunk belongs to. A refusal follows only after the octets of the chunk were read. */
async function beginChunk(session: SmtpSession, octets: number): Promise<SmtpStateIn<'chunking'>> {
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

/** Octets that are read from the wire at a time. */
const PIECE = 64 * 1024

/** Receives a message up to its terminating dot; false if the connection ends before. */
async function receiveLines(session: SmtpSession, incoming: Incoming): Promise<boolean> {
  const decoder = new DataDecoder()
  while (isReadable(session, incoming.octets)) {
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

/** Receives `count` octets; false if the connection ends before. */
async function receiveOctets(
  session: SmtpSession,
  count: number,
  take: (octets: Buffer) => Promise<void> | undefined = () => undefined,
): Promise<boolean> {
  if (!isReadable(session, count)) return false
  for (let missing = count; missing > 0;) {
    const octets = await session.octets(Math.min(missing, PIECE))
    if (typeof octets === 'string') return false
    const taken = take(octets)
    if (taken) await taken
    missing -= octets.length
  }
  return true
}

/** Whether the server reads that many octets, if only to discard them. The session ends if the client sends more. */
function isReadable(session: SmtpSession, count: number): boolean {
  const { message_octets, line_octets } = session.deps.settings
  if (count <= (session.isSignedIn ? message_octets * 2 : line_octets)) return true
  session.farewell.say(reply(421, '4.3.4', 'The message is far too big'))
  return false
}

interface MailParameters {
  /** RFC 1870: the size that the client announces; 0 if it announces none. */
  readonly size: number
  /** RFC 3030 §3 */
  readonly binary: boolean
  /** RFC 6531 §3.4 */
  readonly utf8: boolean
  readonly envelopeId: string | undefined
}

interface RecipientParameters {
  readonly reported: boolean
  readonly told: boolean
  readonly original: string | undefined
}

type Check = (value: string) => boolean

const bodies = ['7BIT', '8BITMIME', 'BINARYMIME']

/** RFC 3461 §4: xtext that encodes printable ASCII. */
const isPrintable: Check = (value) => /^[\x20-\x7e]+$/.test(decodeXtext(value))

/** The parameters of MAIL. */
const ofMail: Readonly<Record<string, Check>> = {
  SIZE: (value) => /^\d{1,20}$/.test(value),
  BODY: (value) => bodies.includes(value.toUpperCase()),
  // RFC 6531 §3.4: it has no value.
  SMTPUTF8: (value) => value === '',
  // RFC 4954 §5: Postern checks the value and ignores it.
  AUTH: (value) => value === '<>' || isPrintable(value),
  // RFC 3461 §4.3: a report always returns only the header.
  RET: (value) => /^(?:FULL|HDRS)$/i.test(value),
  ENVID: (value) => value.length <= 100 && isPrintable(value),
}

/** RFC 3461 §4: the parameters of RCPT. */
const ofRecipient: Readonly<Record<string, Check>> = {
  NOTIFY: (value) => /^(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)$/i.test(value),
  ORCPT: (value) => value.length <= 500 && /^[\w-]+;./.test(value) && isPrintable(value),
}

function mailParameters(parameters: SmtpParameters): MailParameters {
  check(parameters, ofMail)
  return {
    size: Number(parameters.get('SIZE') ?? 0),
    binary: parameters.get('BODY')?.toUpperCase() === 'BINARYMIME',
    utf8: parameters.has('SMTPUTF8'),
    envelopeId: decoded(parameters.get('ENVID')),
  }
}

function recipientParameters(parameters: SmtpParameters): RecipientParameters {
  check(parameters, ofRecipient)
  // RFC 3461 §4.1: without NOTIFY the sender gets reports of failures.
  const notify = parameters.get('NOTIFY') ?? 'FAILURE'
  return {
    reported: /SUCCESS/i.test(notify),
    told: /FAILURE/i.test(notify),
    original: decoded(parameters.get('ORCPT')),
  }
}

const decoded = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : decodeXtext(value)

/** Refuses unknown parameters and invalid values. */
function check(parameters: SmtpParameters, known: Readonly<Record<string, Check>>): void {
  for (const [name, value = ''] of parameters) {
    if (!Object.hasOwn(known, name)) decline('parameter')
    if (!known[name]!(value)) refuse('bad-syntax', `The value of ${name} is not understood`)
  }
}

/** Reads a path. An invalid one is refused as that of the sender or of a recipient. */
function pathOf(args: SmtpArguments, keyword: 'FROM' | 'TO'): Path {
  try {
    return args.path(keyword)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return decline(keyword === 'FROM' ? 'sender-address' : 'recipient-address')
  }
}
