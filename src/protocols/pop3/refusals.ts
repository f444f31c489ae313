import type { ResponseCode } from '../../codecs/pop3/reply.ts'
import type { Reason, Refusal } from '../../core/refusal.ts'
import type { Wording } from './wording.ts'

const codes: Readonly<Record<Reason, ResponseCode | undefined>> = {
  'bad-syntax': undefined,
  'wrong-state': undefined,
  'not-signed-in': 'AUTH',
  'not-allowed': 'SYS/PERM',
  'no-such-thing': undefined,
  'already-exists': undefined,
  'over-quota': 'SYS/PERM',
  // RFC 3206 §4
  'no-room': 'SYS/TEMP',
  'too-big': undefined,
  busy: 'IN-USE',
  gone: 'SYS/PERM',
  damaged: 'SYS/PERM',
  unsupported: undefined,
}

/** A refusal as a reply. */
export function replyTo(refusal: Refusal, wording: Wording): string {
  if (refusal.reason === 'wrong-state' && wording.wrongState !== undefined) return wording.refusal(wording.wrongState)
  const code = refusal.detail.code === 'SYS/TEMP' ? 'SYS/TEMP' : codes[refusal.reason]
  return wording.refusal(refusal.message, code)
}

/** Whether the client, and not the world, is at fault; so many of these end the connection. */
export const isClientFault = (reason: Reason): boolean =>
  reason === 'bad-syntax' || reason === 'wrong-state' || reason === 'unsupported' || reason === 'too-big'
