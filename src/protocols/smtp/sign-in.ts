import type { Claim } from './mechanisms.ts'
import type { Session } from './session.ts'
import { smtpWire } from './wire-table.ts'

/** Shows a claim to access. Answers with what to say; the state says what became of it. */
export async function signIn(session: Session, { credential, address }: Claim): Promise<string> {
  const { access, profile, hostname } = session.deps
  const entry = await access.enter({ credential, protocol: 'smtp', address, from: session.peer })
  if (entry.granted) session.signedIn(entry.mailbox, () => entry.leave())
  const failed = entry.granted ? undefined : entry.failed
  return `${smtpWire(profile, hostname)(failed, 'bearer' in credential ? 'Bearer' : 'Basic')}\r\n`
}
