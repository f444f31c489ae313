import { decline } from './answers.ts'
import type { Session } from './session.ts'
import type { Mail } from './state.ts'

/** RFC 5321 §3.3: a message that goes to nobody is not taken; when all were refused, that is its end. */
export function refuseWithoutRecipients(session: Session, { recipients, refused }: Mail): void {
  if (recipients.length > 0) return
  if (!refused) decline('recipient-first')
  session.reset()
  decline('all-refused')
}
