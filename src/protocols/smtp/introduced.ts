import type { Arguments } from '../../codecs/smtp/command-line.ts'
import { refuse } from '../../core/refusal.ts'
import type { Session } from './session.ts'
import type { Client } from './state.ts'

/** What a client calls itself: any word will do, since nothing rests on it (RFC 5321 §4.1.4). */
export function nameOf(args: Arguments): string {
  const name = args.rest()
  return /^[\x21-\x7e\x80-\xff]{1,255}$/.test(name) ? name : refuse('bad-syntax', 'That is not a name')
}

/** RFC 5321 §4.1.4: EHLO forgets the message that is under way, but not who signed in. */
export function introduced(session: Session, client: Client): void {
  session.reset()
  const { state } = session
  session.state = state.at === 'signed-in' ? { ...state, client } : { at: 'greeted', client }
}
