import type { WireTable } from '../../access/types.ts'
import type { Profile } from '../../core/profile.ts'
import type { LinkName } from '../../domain/audit/types.ts'

/**
 * What SMTP says for a decision. As in POP3, whichever link failed, the answer to AUTH says so: there is no session that
 * is signed in to nothing.
 */
export const smtpWire = (profile: Profile, hostname: string): WireTable => tables[profile](hostname)

const tables: Readonly<Record<Profile, (hostname: string) => WireTable>> = {
  'exchange-online': (hostname) => (failed, authentication) => {
    if (failed === undefined) return '235 2.7.0 Authentication successful'
    return authentication === 'Basic'
      ? `535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [${hostname}]`
      : `535 5.7.3 Authentication unsuccessful [${hostname}]`
  },
  // RFC 4954 §6
  standards: () => (failed, authentication) => {
    if (failed === undefined) return '235 2.7.0 Signed in'
    if (authentication === 'Basic') return '534 5.7.9 Passwords are not accepted, use AUTH XOAUTH2'
    return credentialIsGood.has(failed) ? '535 5.7.1 The mailbox cannot be opened' : '535 5.7.8 Authentication failed'
  },
}

/** These links fail whatever the token. */
const credentialIsGood: ReadonlySet<LinkName> = new Set(['mailbox', 'protocolEnabled', 'mailboxPermission'])
