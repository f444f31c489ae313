/**
 * Decides whether a password opens a mailbox, from docs/reference/exchange-admin.md §3.3, §3.4, §4, §10 and
 * docs/decisions/passwords.md alone: this file imports nothing from the server.
 */
export interface State {
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  /** Whether the server takes passwords at all. */
  readonly server: 'off' | 'policy'
  /** The decision of the user's authentication policy about the protocol, and of the organization's default. */
  readonly usersPolicy: Policy
  readonly defaultPolicy: Policy
  /** Where the organization's plan for the end of passwords stands. */
  readonly plan: 'none' | 'not yet' | 'brown-out' | 'ended' | 'enabled again' | 'permanent'
  readonly password: 'right' | 'wrong' | 'digest' | 'of nobody' | 'of somebody disabled'
  readonly address: 'there' | 'unknown'
  /** The mailbox's own; only that for submission can be unset. */
  readonly protocolSwitch: 'on' | 'off' | 'unset'
  /** For submission. */
  readonly tenantSwitch: 'on' | 'off'
  readonly own: boolean
  readonly permission: 'none' | 'FullAccess' | 'other right' | 'allow and deny'
}

export type Policy = 'none' | 'allows' | 'blocks'

export interface Refusal {
  readonly failed: 'basicAuthentication' | 'user' | 'mailbox' | 'protocolEnabled' | 'mailboxPermission'
  /** Whose switch it is, where the wire tells. */
  readonly switchedOff?: 'tenant' | 'mailbox' | 'plan'
}

/** §4: the user's policy wins over the default; without any, basic authentication is off, as everywhere since January 2023. */
const effective = ({ usersPolicy, defaultPolicy }: State): Policy =>
  usersPolicy === 'none' ? defaultPolicy : usersPolicy

/** Read from the top; the first row that speaks is the refusal. */
const table: readonly (Refusal & { readonly refuses: (state: State) => boolean })[] = [
  // §4: it is blocked before anybody asks whose the password is.
  { failed: 'basicAuthentication', refuses: ({ server }) => server === 'off' },
  { failed: 'basicAuthentication', refuses: (state) => effective(state) !== 'allows' },
  // §10.2, §10.3
  { failed: 'basicAuthentication', refuses: ({ plan }) => plan === 'brown-out' },
  {
    failed: 'basicAuthentication',
    switchedOff: 'plan',
    refuses: ({ plan }) => plan === 'ended' || plan === 'permanent',
  },
  { failed: 'user', refuses: ({ password }) => password !== 'right' },
  { failed: 'mailbox', refuses: ({ address }) => address !== 'there' },
  // §3.3
  {
    failed: 'protocolEnabled',
    refuses: ({ protocol, protocolSwitch }) => protocol !== 'smtp' && protocolSwitch === 'off',
  },
  {
    failed: 'protocolEnabled',
    switchedOff: 'mailbox',
    refuses: ({ protocol, protocolSwitch }) => protocol === 'smtp' && protocolSwitch === 'off',
  },
  // §3.4
  {
    failed: 'protocolEnabled',
    switchedOff: 'tenant',
    refuses: ({ protocol, protocolSwitch, tenantSwitch }) =>
      protocol === 'smtp' && protocolSwitch === 'unset' && tenantSwitch === 'off',
  },
  // §2.1: a denial counts before what is allowed, and before that a mailbox is one's own.
  { failed: 'mailboxPermission', refuses: ({ permission }) => permission === 'allow and deny' },
  { failed: 'mailboxPermission', refuses: ({ own, permission }) => !own && permission !== 'FullAccess' },
]

/** Undefined where the password opens the mailbox. */
export function refusal(state: State): Refusal | undefined {
  const row = table.find(({ refuses }) => refuses(state))
  return row && { failed: row.failed, ...(row.switchedOff && { switchedOff: row.switchedOff }) }
}
