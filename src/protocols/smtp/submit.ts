import { reply } from '../../codecs/smtp/reply.ts'
import { type Reason, Refusal } from '../../core/refusal.ts'
import type { Hindrance, Submitted } from '../../domain/transport/types.ts'
import { decline, type RefusalName } from './answers.ts'
import type { Incoming } from './incoming.ts'
import type { Session } from './session.ts'
import type { In } from './state.ts'

type Ended = In<'transaction' | 'chunking'>

/** RFC 5321 §4.1.1.4: the message is here. Answers when every recipient has it; the transaction is over either way. */
export async function submit(session: Session, state: Ended, incoming: Incoming): Promise<string> {
  const { wording, deps } = session
  try {
    const bytes = messageOf(incoming)
    const { messageId } = await handOver(session, state, bytes)
    session.submitted()
    return reply(250, '2.0.0', wording.accepted(messageId, deps.hostname))
  } finally {
    incoming.drop()
    session.reset()
  }
}

function messageOf(incoming: Incoming): Buffer {
  const message = incoming.whole()
  return incoming.failure === undefined ? message : decline(answers[incoming.failure])
}

const answers = {
  'too-big': 'message-too-big',
  'no-room': 'no-room',
  'nul-octet': 'nul-octet',
} as const satisfies Record<NonNullable<Incoming['failure']>, RefusalName>

async function handOver(session: Session, { sender, client, mail }: Ended, bytes: Buffer): Promise<Submitted> {
  const { transport, settings, hostname, profile } = session.deps
  try {
    return await transport.submit(sender, {
      from: mail.from,
      recipients: mail.recipients,
      envelopeId: mail.envelopeId,
      bytes,
      trace: { client: client.name, peer: session.peer, by: hostname, protocol: protocolOf(session, mail.utf8) },
      saveSent: settings.save_sent,
      // Exchange Online takes the message first and reports then.
      refusesUndelivered: profile === 'standards',
    })
  } catch (thrown) {
    return declined(session, thrown)
  }
}

/** RFC 3848, RFC 6531 §4.3. Nobody gets here who has not signed in. */
const protocolOf = ({ wire }: Session, utf8: boolean): string =>
  `${utf8 ? 'UTF8SMTP' : 'ESMTP'}${wire.secure ? 'SA' : 'A'}`

const names: Readonly<Partial<Record<Reason, RefusalName>>> = {
  'not-allowed': 'send-as-denied',
  'bad-syntax': 'header',
  'no-such-thing': 'recipient-gone',
  'too-big': 'message-too-big',
  'over-quota': 'mailbox-full',
  'no-room': 'disk-full',
}

function declined(session: Session, thrown: unknown): never {
  if (!(thrown instanceof Refusal)) {
    session.log.error({ err: thrown }, 'a message could not be delivered')
    return decline('fault')
  }
  if (thrown.reason === 'gone') throw thrown
  const why = thrown.detail.why as Hindrance | undefined
  return decline(why ?? names[thrown.reason] ?? 'fault', thrown.detail)
}
