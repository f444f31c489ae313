import { err, type ResponseCode } from '../../codecs/pop3/reply.ts'
import type { Profile } from '../../core/profile.ts'
import type { Reason, Refusal } from '../../core/refusal.ts'

/** The sentences in which the profiles differ; without `+OK`, where they follow one. */
export interface Pop3Wording {
  greeting(hostname: string): string
  /** A remark that no client reads; Exchange Online makes none. */
  remark(text: string): string
  /** Behind LIST's `+OK`. */
  scan(count: number, octets: number): string
  readonly wrongState: string | undefined
  readonly goodbye: string
  /** A whole refusal. Exchange Online knows no response codes but the one that RFC 1939's lock is told by. */
  refusal(text: string, code?: ResponseCode): string
}

export const wordings: Readonly<Record<Profile, Pop3Wording>> = {
  'exchange-online': {
    // The front end's name in UTF-16LE, as the real one gives it.
    greeting: (hostname) =>
      `The Microsoft Exchange POP3 service is ready. [${Buffer.from(hostname, 'utf16le').toString('base64')}]`,
    remark: () => '',
    scan: (count, octets) => `${count} ${octets}`,
    wrongState: 'Command is not valid in this state.',
    goodbye: 'Microsoft Exchange Server POP3 server signing off.',
    refusal: (text, code) => err(text, code === 'IN-USE' ? code : undefined),
  },
  standards: {
    greeting: (hostname) => `${hostname} POP3 server ready`,
    remark: (text) => text,
    scan: (count, octets) => `${count} messages (${octets} octets)`,
    wrongState: undefined,
    goodbye: 'Goodbye',
    refusal: err,
  },
}

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
export function replyTo(refusal: Refusal, wording: Pop3Wording): string {
  if (refusal.reason === 'wrong-state' && wording.wrongState !== undefined) return wording.refusal(wording.wrongState)
  const code = refusal.detail.code === 'SYS/TEMP' ? 'SYS/TEMP' : codes[refusal.reason]
  return wording.refusal(refusal.message, code)
}

/** Whether the client, and not the world, is at fault; so many of these end the connection. */
export const isClientFault = (reason: Reason): boolean =>
  reason === 'bad-syntax' || reason === 'wrong-state' || reason === 'unsupported' || reason === 'too-big'
