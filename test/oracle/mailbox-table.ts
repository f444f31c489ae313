/**
 * Decides whether a caller may open a mailbox over a protocol, from the tables of docs/reference/exchange-admin.md
 * alone: this file imports nothing from the server. {@link decided} reads the table from the top; the first row that
 * applies is the refusal.
 */
export interface State {
  readonly caller: 'app' | 'person'
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  readonly profile: 'standards' | 'exchange-online'
  /** Whether the server is strict. */
  readonly strict: boolean
  /** Whether a revoked consent takes effect before the token expires. */
  readonly immediate: boolean
  readonly token: 'good' | 'expired' | 'tampered'
  readonly audience: 'Exchange' | 'consent' | 'Graph' | 'other'
  /** Whether the token has the role, or for a user the scope. */
  readonly claimed: boolean
  /** Whether the role or scope is still granted. */
  readonly assigned: boolean
  readonly principal: 'enabled' | 'disabled' | 'removed'
  /** The ObjectId of the app's Exchange service principal. */
  readonly pointer: 'right' | 'app object' | 'absent'
  /** The assignment of the role Application SMTP.SendAsApp, by its scope. */
  readonly assignment: 'none' | 'out of force' | 'here' | 'elsewhere' | 'everywhere'
  readonly person: 'enabled' | 'disabled' | 'removed'
  readonly address: 'there' | 'unknown' | 'not named'
  /** The switch of the mailbox; only that for submission can be unset. */
  readonly protocolSwitch: 'on' | 'off' | 'unset'
  /** For submission. */
  readonly tenantSwitch: 'on' | 'off'
  readonly own: boolean
  /** Groups are security groups with the user as a member. An app is in no group. */
  readonly permission:
    | 'none'
    | 'FullAccess'
    | 'other right'
    | 'allow and deny'
    | 'FullAccess of a group'
    | 'allow, and deny of a group'
}

export type Check =
  | 'token'
  | 'audience'
  | 'role'
  | 'servicePrincipal'
  | 'exchangeServicePrincipal'
  | 'roleAssignment'
  | 'managementScope'
  | 'user'
  | 'mailbox'
  | 'protocolEnabled'
  | 'mailboxPermission'

interface Row {
  readonly check: Check
  /** Whether Exchange refuses at the sign-in, or at the next command. */
  readonly said: 'authenticate' | 'mailbox'
  readonly refuses: (state: State) => boolean
}

/** docs/reference/exchange-admin.md §7: a role of Exchange applies to SMTP if the token lacks the permission. */
const byAssignment = ({ caller, protocol, claimed, pointer, assignment }: State): boolean =>
  caller === 'app' && protocol === 'smtp' && !claimed && pointer !== 'absent' && assignment !== 'none'

const table: readonly Row[] = [
  { check: 'token', said: 'authenticate', refuses: ({ token }) => token !== 'good' },
  // docs/reference/exchange-admin.md §13, rows 4 and 5
  { check: 'audience', said: 'authenticate', refuses: ({ audience }) => audience === 'Graph' || audience === 'other' },
  { check: 'audience', said: 'authenticate', refuses: ({ audience, strict }) => strict && audience === 'consent' },
  // docs/reference/exchange-admin.md §13, rows 3 and 6
  { check: 'role', said: 'authenticate', refuses: (state) => !state.claimed && !byAssignment(state) },
  {
    check: 'role',
    said: 'authenticate',
    refuses: ({ immediate, claimed, assigned, principal }) =>
      immediate && claimed && !assigned && principal !== 'removed',
  },
  {
    check: 'roleAssignment',
    said: 'authenticate',
    refuses: (state) => byAssignment(state) && state.assignment === 'out of force',
  },
  { check: 'servicePrincipal', said: 'authenticate', refuses: ({ principal }) => principal !== 'enabled' },
  // docs/reference/exchange-admin.md §13, rows 1 and 2
  {
    check: 'exchangeServicePrincipal',
    said: 'authenticate',
    refuses: ({ caller, pointer }) => caller === 'app' && pointer !== 'right',
  },
  { check: 'user', said: 'authenticate', refuses: ({ caller, person }) => caller === 'person' && person !== 'enabled' },
  // docs/reference/exchange-admin.md §13, rows 9 and 12
  { check: 'mailbox', said: 'mailbox', refuses: ({ address }) => address !== 'there' },
  {
    check: 'managementScope',
    said: 'mailbox',
    refuses: (state) => byAssignment(state) && state.assignment === 'elsewhere',
  },
  { check: 'protocolEnabled', said: 'mailbox', refuses: ({ protocolSwitch }) => protocolSwitch === 'off' },
  // docs/reference/exchange-admin.md §3.3, §3.4
  {
    check: 'protocolEnabled',
    said: 'mailbox',
    refuses: ({ protocol, protocolSwitch, tenantSwitch }) =>
      protocol === 'smtp' && protocolSwitch === 'unset' && tenantSwitch === 'off',
  },
  // docs/reference/exchange-admin.md §2.1: a denial has precedence, and no other right opens the mailbox.
  {
    check: 'mailboxPermission',
    said: 'mailbox',
    refuses: (state) =>
      !byAssignment(state) &&
      (state.permission === 'allow and deny' || state.permission === 'allow, and deny of a group'),
  },
  {
    check: 'mailboxPermission',
    said: 'mailbox',
    refuses: (state) =>
      !byAssignment(state) &&
      !(state.caller === 'person' && state.own) &&
      state.permission !== 'FullAccess' &&
      state.permission !== 'FullAccess of a group',
  },
]

export type Outcome = 'granted' | { readonly failed: Check; readonly spokenAt: Row['said'] }

export function decided(state: State): Outcome {
  const row = table.find(({ refuses }) => refuses(state))
  if (!row) return 'granted'
  return { failed: row.check, spokenAt: state.profile === 'exchange-online' ? row.said : 'authenticate' }
}
