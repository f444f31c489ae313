import type { WireTable } from '../../access/types.ts'
import { err, type ResponseCode } from '../../codecs/pop3/command-line.ts'
import type { Profile } from '../../core/profile.ts'
import type { Reason, Refusal } from '../../core/refusal.ts'
import { isAboutMailbox } from '../line/sign-in.ts'

/**
 * The reply to a sign-in for each decision. POP3 cannot refuse the mailbox after a successful sign-in, as IMAP does at
 * the next command: whichever check failed, the reply to the sign-in says so.
 */
export const pop3Wire = (profile: Profile): WireTable => tables[profile]

const tables: Readonly<Record<Profile, WireTable>> = {
  'exchange-online': (failed, authentication) => {
    if (failed === undefined) {
      return authentication === 'Basic' ? '+OK User successfully logged on.' : '+OK User successfully authenticated.'
    }
    return authentication === 'Basic'
      ? '-ERR Logon failure: unknown user name or bad password.'
      : '-ERR Authentication failure: unknown user name or bad password.'
  },
  standards: (failed) => {
    if (failed === undefined) return '+OK Signed in'
    if (failed === 'basicAuthentication') return '-ERR [AUTH] Passwords are not accepted, use AUTH XOAUTH2'
    // RFC 3206 §4: `AUTH` is for a credential that another could replace.
    return isAboutMailbox(failed) ? '-ERR [SYS/PERM] The mailbox cannot be opened' : '-ERR [AUTH] Authentication failed'
  },
}

/** The sentences that differ between the profiles; without the `+OK` before them. */
export interface Pop3Wording {
  greeting(hostname: string): string
  /** A remark that no client reads. Exchange Online sends none. */
  remark(text: string): string
  /** The text after the `+OK` of LIST. */
  scan(count: number, octets: number): string
  readonly wrongState: string | undefined
  readonly goodbye: string
  /** A complete refusal. The only response code of Exchange Online is `IN-USE`. */
  refusal(text: string, code?: ResponseCode): string
}

export const wordings: Readonly<Record<Profile, Pop3Wording>> = {
  'exchange-online': {
    // The name of the front end in UTF-16LE, as in Exchange Online.
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

/** The reply for a refusal. */
export function replyTo(refusal: Refusal, wording: Pop3Wording): string {
  if (refusal.reason === 'wrong-state' && wording.wrongState !== undefined) return wording.refusal(wording.wrongState)
  const code = refusal.detail.code === 'SYS/TEMP' ? 'SYS/TEMP' : codes[refusal.reason]
  return wording.refusal(refusal.message, code)
}

/** Whether the client is at fault. Too many such refusals end the connection. */
export const isClientFault = (reason: Reason): boolean =>
  reason === 'bad-syntax' || reason === 'wrong-state' || reason === 'unsupported' || reason === 'too-big'
