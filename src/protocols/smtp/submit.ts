import { reply } from '../../codecs/smtp/reply.ts'
import { type Reason, Refusal } from '../../core/refusal.ts'
import type { Restriction, SizeLimit, SubmissionResult, Trace } from '../../domain/transport/types.ts'
import { decline, type RefusalName, replyTo } from './refusals.ts'
import type { Incoming } from './incoming.ts'
import type { SmtpSession } from './session.ts'
import type { SmtpStateIn, Mail } from './state.ts'

type Transaction = SmtpStateIn<'transaction' | 'chunking'>

/** RFC 5321 §4.1.1.4: submits a complete message. Gives the reply once every recipient has it. Ends the transaction. */
export async function submit(session: SmtpSession, state: Transaction, incoming: Incoming): Promise<string> {
  try {
    return await accept(session, state, incoming)
  } finally {
    incoming.drop()
    session.reset()
  }
}

async function accept(session: SmtpSession, state: Transaction, incoming: Incoming): Promise<string> {
  const { wording, deps } = session
  const bytes = await incoming.whole()
  try {
    const { failure } = incoming
    if (typeof failure === 'object') decline(failure.why, { mailbox: failure.mailbox })
    if (failure !== undefined) decline(failureNames[failure])
    const { messageId } = await deliver(session, state, bytes)
    session.submitted()
    return reply(250, '2.0.0', wording.accepted(messageId, deps.hostname))
  } catch (thrown) {
    await recordRefusal(session, state, thrown, { recipients: state.mail.recipients.map((it) => it.address), bytes })
    throw thrown
  }
}

const failureNames = {
  'too-big': 'message-too-big',
  'no-room': 'no-room',
  'disk-full': 'disk-full',
  'nul-octet': 'nul-octet',
} as const satisfies Record<Exclude<NonNullable<Incoming['failure']>, SizeLimit>, RefusalName>

async function deliver(session: SmtpSession, state: Transaction, bytes: Buffer): Promise<SubmissionResult> {
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
      // Exchange Online accepts the message and sends a report.
      refusesUndelivered: profile === 'standards',
    })
  } catch (thrown) {
    return declined(session, thrown)
  }
}

const refusalNames: Readonly<Partial<Record<Reason, RefusalName>>> = {
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
  return decline(why ?? refusalNames[thrown.reason] ?? 'fault', thrown.detail)
}

/** RFC 5321 §4.4: the trace information of the message. */
const traceOf = (session: SmtpSession, { client, mail }: Transaction): Trace => ({
  client: client.name,
  peer: session.peer,
  by: session.deps.hostname,
  protocol: protocolOf(session, mail.utf8),
})

/** RFC 3848, RFC 6531 §4.3. Every client in a transaction has signed in. */
const protocolOf = ({ wire }: SmtpSession, utf8: boolean): string =>
  `${utf8 ? 'UTF8SMTP' : 'ESMTP'}${wire.secure ? 'SA' : 'A'}`

/** Records the refusal for message trace. */
export async function recordRefusal(
  session: SmtpSession,
  state: Transaction,
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

/** RFC 5321 §3.3: refuses a message without recipients. If all recipients were refused, the transaction ends. */
export function refuseWithoutRecipients(session: SmtpSession, { recipients, refused }: Mail): void {
  if (recipients.length > 0) return
  if (!refused) decline('recipient-first')
  session.reset()
  decline('all-refused')
}
