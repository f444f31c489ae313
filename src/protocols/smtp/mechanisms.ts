import { announcedNames, login, oauthbearer, type OfferedMechanism, plain, xoauth2 } from '../line/mechanisms.ts'
import type { SmtpSession } from './session.ts'

/** Every SASL mechanism, in the order in which the server announces them. */
export const mechanisms: readonly OfferedMechanism[] = [
  // Exchange Online still announces it, even if no user may sign in with a password.
  { name: 'LOGIN', ...login, announced: ['exchange-online'], basic: true, explained: [] },
  { name: 'PLAIN', ...plain, announced: [], basic: true, explained: [] },
  // Exchange Online refuses at once.
  { name: 'XOAUTH2', ...xoauth2, announced: ['exchange-online', 'standards'], explained: ['standards'] },
  { name: 'OAUTHBEARER', ...oauthbearer, announced: ['standards'], explained: ['standards', 'exchange-online'] },
]

/** RFC 5321 §4.1.1.1: the extensions of this connection, in the order in which Exchange Online names them. */
export function capabilities({ deps, mayStartTls, mayAuthenticate }: SmtpSession): readonly string[] {
  const { settings } = deps
  return [
    `SIZE ${settings.message_octets}`,
    'PIPELINING',
    'DSN',
    'ENHANCEDSTATUSCODES',
    ...(mayStartTls ? ['STARTTLS'] : []),
    ...(mayAuthenticate ? [`AUTH ${announcedNames(mechanisms, deps).join(' ')}`] : []),
    '8BITMIME',
    'BINARYMIME',
    'CHUNKING',
    'SMTPUTF8',
  ]
}
