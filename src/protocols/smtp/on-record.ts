import { Refusal } from '../../core/refusal.ts'
import type { Trace } from '../../domain/transport/types.ts'
import { replyTo } from './answers.ts'
import type { Session } from './session.ts'
import type { In } from './state.ts'

type Underway = In<'transaction' | 'chunking'>

/** RFC 5321 §4.4: how the message came, or would have come. */
export const traceOf = (session: Session, { client, mail }: Underway): Trace => ({
  client: client.name,
  peer: session.peer,
  by: session.deps.hostname,
  protocol: protocolOf(session, mail.utf8),
})

/** RFC 3848, RFC 6531 §4.3. Nobody gets here who has not signed in. */
const protocolOf = ({ wire }: Session, utf8: boolean): string =>
  `${utf8 ? 'UTF8SMTP' : 'ESMTP'}${wire.secure ? 'SA' : 'A'}`

/** Whoever traces the message later finds what the client is told now. */
export async function putOnRecord(
  session: Session,
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
