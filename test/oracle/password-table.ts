/**
 * Decides whether a password opens a mailbox, from docs/reference/exchange-admin.md §3.3, §3.4, §4, §10 and
 * docs/decisions/passwords.md alone: this file imports nothing from the server.
 */
export interface State {
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  /** Whether the server accepts passwords. */
  readonly server: 'off' | 'policy'
  /** The decision of the user's authentication policy about the protocol, and of the organization's default. */
  readonly usersPolicy: Policy
  readonly defaultPolicy: Policy
  /** The state of the organization's retirement plan. */
  readonly plan: 'none' | 'not yet' | 'brown-out' | 'ended' | 'enabled again' | 'permanent'
  readonly password: 'right' | 'wrong' | 'digest' | 'of nobody' | 'of somebody disabled'
  readonly address: 'there' | 'unknown'
  /** The switch of the mailbox; only that for submission can be unset. */
  readonly protocolSwitch: 'on' | 'off' | 'unset'
  /** For submission. */
  readonly tenantSwitch: 'on' | 'off'
  readonly own: boolean
  readonly permission: 'none' | 'FullAccess' | 'other right' | 'allow and deny'
}

export type Policy = 'none' | 'allows' | 'blocks'

export interface Refusal {
  readonly failed: 'basicAuthentication' | 'user' | 'mailbox' | 'protocolEnabled' | 'mailboxPermission'
  /** The owner of the switch, if the protocol reports it. */
  readonly switchedOff?: 'tenant' | 'mailbox' | 'plan'
}

/**
 * docs/reference/exchange-admin.md §4: the user's policy has precedence over the default. Without a policy, basic
 * authentication is off.
 */
const effective = ({ usersPolicy, defaultPolicy }: State): Policy =>
  usersPolicy === 'none' ? defaultPolicy : usersPolicy

/** The first row that applies is the refusal. */
const table: readonly (Refusal & { readonly refuses: (state: State) => boolean })[] = [
  // docs/reference/exchange-admin.md §4: the policy refuses before the password is checked.
  { failed: 'basicAuthentication', refuses: ({ server }) => server === 'off' },
  { failed: 'basicAuthentication', refuses: (state) => effective(state) !== 'allows' },
  // docs/reference/exchange-admin.md §10.2, §10.3
  { failed: 'basicAuthentication', refuses: ({ plan }) => plan === 'brown-out' },
  {
    failed: 'basicAuthentication',
    switchedOff: 'plan',
    refuses: ({ plan }) => plan === 'ended' || plan === 'permanent',
  },
  { failed: 'user', refuses: ({ password }) => password !== 'right' },
  { failed: 'mailbox', refuses: ({ address }) => address !== 'there' },
  // docs/reference/exchange-admin.md §3.3
  {
    failed: 'protocolEnabled',
    refuses: ({ protocol, protocolSwitch }) => protocol !== 'smtp' && protocolSwitch === 'off',
  },
  {
    failed: 'protocolEnabled',
    switchedOff: 'mailbox',
    refuses: ({ protocol, protocolSwitch }) => protocol === 'smtp' && protocolSwitch === 'off',
  },
  // docs/reference/exchange-admin.md §3.4
  {
    failed: 'protocolEnabled',
    switchedOff: 'tenant',
    refuses: ({ protocol, protocolSwitch, tenantSwitch }) =>
      protocol === 'smtp' && protocolSwitch === 'unset' && tenantSwitch === 'off',
  },
  // docs/reference/exchange-admin.md §2.1: a denial has precedence, also in the user's own mailbox.
  { failed: 'mailboxPermission', refuses: ({ permission }) => permission === 'allow and deny' },
  { failed: 'mailboxPermission', refuses: ({ own, permission }) => !own && permission !== 'FullAccess' },
]

/** Returns the refusal, or undefined if the password opens the mailbox. */
export function refusal(state: State): Refusal | undefined {
  const row = table.find(({ refuses }) => refuses(state))
  return row && { failed: row.failed, ...(row.switchedOff && { switchedOff: row.switchedOff }) }
}
