import { refuse } from '../../core/refusal.ts'

/** RFC 5321 §4.5.3.1: local part, at sign and domain together. */
const LONGEST = 320

/** A mailbox's name as a client gives it. Refuses `bad-syntax` when it can be none. */
export function addressOf(text: string): string {
  const address = text.trim()
  return address !== '' && address.length <= LONGEST
    ? address
    : refuse('bad-syntax', 'That is not the name of a mailbox')
}
