import type { WireTable } from '../../access/types.ts'
import type { Profile } from '../../core/profile.ts'
import { isAboutMailbox } from '../line/sign-in.ts'

/**
 * The reply to a sign-in for each decision. POP3 cannot refuse the mailbox after a successful sign-in, as IMAP does at the
 * next command: whichever check failed, the reply to the sign-in says so.
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
