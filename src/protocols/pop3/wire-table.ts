import type { WireTable } from '../../access/types.ts'
import type { Profile } from '../../core/profile.ts'
import { isAboutMailbox } from '../line/sign-in.ts'

/**
 * What POP3 says for a decision. It has no word for "signed in, but to nothing", as IMAP's first command after
 * AUTHENTICATE has: whichever check failed, the answer to AUTH says so.
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
