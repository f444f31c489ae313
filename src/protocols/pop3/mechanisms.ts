import { oauthbearer, type OfferedMechanism, plain, xoauth2 } from '../line/mechanisms.ts'

/** Every SASL mechanism, in the order in which the server announces them. */
export const mechanisms: readonly OfferedMechanism[] = [
  // Exchange Online still announces it, even if no user may sign in with a password.
  { name: 'PLAIN', ...plain, announced: ['exchange-online'], basic: true, explained: [] },
  // The refusal follows at once in both profiles: POP3 clients take Google's challenge, which begins with `+`, for success.
  { name: 'XOAUTH2', ...xoauth2, announced: ['exchange-online', 'standards'], explained: [] },
  { name: 'OAUTHBEARER', ...oauthbearer, announced: ['standards'], explained: ['standards', 'exchange-online'] },
]
