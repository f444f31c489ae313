import { reply } from '../../codecs/smtp/reply.ts'
import { type Reason, Refusal } from '../../core/refusal.ts'
import type { Restriction, SizeLimit, SubmissionResult, Trace } from '../../domain/transport/types.ts'
import { decline, type RefusalName, replyTo } from './refusals.ts'
import type { Incoming } from './incoming.ts'
import type { SmtpSession } from './session.ts'
import type { SmtpStateIn, Mail } from './state.ts'

type Ended = SmtpStateIn<'transaction' | 'chunking'>

/** RFC 5321 §4.1.1.4: the message is here. Answers when every recipient has it; the transaction is over either way. */
export async function submit(session: SmtpSession, state: Ended, incoming: Incoming): Promise<string> {
  try {
    return await taken(session, state, incoming)
  } finally {
    incoming.drop()
    session.reset()
  }
}

async function taken(session: SmtpSession, state: Ended, incoming: Incoming): Promise<string> {
  const { wording, deps } = session
  const bytes = await incoming.whole()
  try {
    const { failure } = incoming
    if (typeof failure === 'object') decline(failure.why, { mailbox: failure.mailbox })
    if (failure !== undefined) decline(answers[failure])
    const { messageId } = await handOver(session, state, bytes)
    session.submitted()
    return reply(250, '2.0.0', wording.accepted(messageId, deps.hostname))
  } catch (thrown) {
    await putOnRecord(session, state, thrown, { recipients: state.mail.recipients.map((it) => it.address), bytes })
    throw thrown
  }
}

const answers = {
  'too-big': 'message-too-big',
  'no-room': 'no-room',
  'disk-full': 'disk-full',
  'nul-octet': 'nul-octet',
} as const satisfies Record<Exclude<NonNullable<Incoming['failure']>, SizeLimit>, RefusalName>

async function handOver(session: SmtpSession, state: Ended, bytes: Buffer): Promise<SubmissionResult> {
  const { transport, settings, profile } = session.deps
  const { sender, mail } = state
  try {
    return await transport.submit(sender, {
      from: mail.from,
      recipients: mail.recipients,
      envelopeId: mail.envelopeId,
      bytes,
      trace: traceOf(session, state),
      saveSent: settings.save_sent,
      // Exchange Online takes the message first and reports then.
      refusesUndelivered: profile === 'standards',
    })
  } catch (thrown) {
    return declined(session, thrown)
  }
}

const names: Readonly<Partial<Record<Reason, RefusalName>>> = {
  'not-allowed': 'send-as-denied',
  'bad-syntax': 'header',
  'no-such-thing': 'recipient-gone',
  'too-big': 'message-too-big',
  'over-quota': 'mailbox-full',
  'no-room': 'disk-full',
}

function declined(session: SmtpSession, thrown: unknown): never {
  if (!(thrown instanceof Refusal)) {
    session.log.error({ err: thrown }, 'a message could not be delivered')
    return decline('fault')
  }
  if (thrown.reason === 'gone') throw thrown
  const why = thrown.detail.why as Restriction | undefined
  return decline(why ?? names[thrown.reason] ?? 'fault', thrown.detail)
}

type Underway = SmtpStateIn<'transaction' | 'chunking'>

/** RFC 5321 §4.4: how the message came, or would have come. */
const traceOf = (session: SmtpSession, { client, mail }: Underway): Trace => ({
  client: client.name,
  peer: session.peer,
  by: session.deps.hostname,
  protocol: protocolOf(session, mail.utf8),
})

/** RFC 3848, RFC 6531 §4.3. Nobody gets here who has not signed in. */
const protocolOf = ({ wire }: SmtpSession, utf8: boolean): string =>
  `${utf8 ? 'UTF8SMTP' : 'ESMTP'}${wire.secure ? 'SA' : 'A'}`

/** Whoever traces the message later finds what the client is told now. */
export async function putOnRecord(
  session: SmtpSession,
  state: Underway,
  thrown: unknown,
  { recipients, bytes }: { readonly recipients: readonly string[]; readonly bytes: Buffer },
): Promise<void> {
  if (!(thrown instanceof Refusal) || thrown.reason === 'gone') return
  const { transport, profile, hostname } = session.deps
  const message = { from: state.mail.from, recipients, bytes, trace: traceOf(session, state) }
  const wire = replyTo(thrown, profile, hostname).trimEnd()
  await transport.declined(state.sender, message, wire)
  const { name, from: address } = thrown.detail
  if (name === 'send-as-denied' && address !== undefined) await session.deniedSender({ address, wire })
}

/** RFC 5321 §3.3: a message that goes to nobody is not taken; when all were refused, that is its end. */
export function refuseWithoutRecipients(session: SmtpSession, { recipients, refused }: Mail): void {
  if (recipients.length > 0) return
  if (!refused) decline('recipient-first')
  session.reset()
  decline('all-refused')
}
