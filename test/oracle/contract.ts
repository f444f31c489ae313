/**
 * Decides whether a caller may open a mailbox over a protocol, from the tables of docs/reference/exchange-admin.md alone:
 * this file imports nothing from the server. {@link decided} reads the table from the top; the first row that applies is
 * the refusal.
 */
export interface State {
  readonly caller: 'app' | 'person'
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  readonly profile: 'standards' | 'exchange-online'
  /** Whether the server is strict. */
  readonly strict: boolean
  /** Whether a consent that was taken back counts before the token ends. */
  readonly immediate: boolean
  readonly token: 'good' | 'expired' | 'tampered'
  readonly audience: 'Exchange' | 'consent' | 'Graph' | 'other'
  /** Whether the token carries the role, or for a person the scope. */
  readonly claimed: boolean
  /** Whether it is granted now. */
  readonly assigned: boolean
  readonly principal: 'enabled' | 'disabled' | 'removed'
  /** An app by itself needs Exchange's own object; the ObjectId that it names. */
  readonly pointer: 'right' | 'app object' | 'absent'
  /** Of the role Application SMTP.SendAsApp, over a scope that has the mailbox or has not. */
  readonly assignment: 'none' | 'out of force' | 'here' | 'elsewhere' | 'everywhere'
  readonly person: 'enabled' | 'disabled' | 'removed'
  readonly address: 'there' | 'unknown' | 'not named'
  /** The mailbox's own; only that for submission can be unset. */
  readonly protocolSwitch: 'on' | 'off' | 'unset'
  /** For submission. */
  readonly tenantSwitch: 'on' | 'off'
  readonly own: boolean
  /** Groups are security groups that the person is in; there is no app in any. */
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
  /** Whether Exchange says it at the sign-in, or first says OK. */
  readonly said: 'authenticate' | 'mailbox'
  readonly refuses: (state: State) => boolean
}

/** §7: without the permission in the token a role of Exchange counts for SMTP; with it the older check is made. */
const byAssignment = ({ caller, protocol, claimed, pointer, assignment }: State): boolean =>
  caller === 'app' && protocol === 'smtp' && !claimed && pointer !== 'absent' && assignment !== 'none'

const table: readonly Row[] = [
  { check: 'token', said: 'authenticate', refuses: ({ token }) => token !== 'good' },
  // exchange-admin §13 rows 4 and 5
  { check: 'audience', said: 'authenticate', refuses: ({ audience }) => audience === 'Graph' || audience === 'other' },
  { check: 'audience', said: 'authenticate', refuses: ({ audience, strict }) => strict && audience === 'consent' },
  // §13 rows 3 and 6
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
  // §13 rows 1 and 2
  {
    check: 'exchangeServicePrincipal',
    said: 'authenticate',
    refuses: ({ caller, pointer }) => caller === 'app' && pointer !== 'right',
  },
  { check: 'user', said: 'authenticate', refuses: ({ caller, person }) => caller === 'person' && person !== 'enabled' },
  // §13 rows 9 and 12
  { check: 'mailbox', said: 'mailbox', refuses: ({ address }) => address !== 'there' },
  {
    check: 'managementScope',
    said: 'mailbox',
    refuses: (state) => byAssignment(state) && state.assignment === 'elsewhere',
  },
  { check: 'protocolEnabled', said: 'mailbox', refuses: ({ protocolSwitch }) => protocolSwitch === 'off' },
  // §3.3 and §3.4
  {
    check: 'protocolEnabled',
    said: 'mailbox',
    refuses: ({ protocol, protocolSwitch, tenantSwitch }) =>
      protocol === 'smtp' && protocolSwitch === 'unset' && tenantSwitch === 'off',
  },
  // §2.1: a denial counts before what is allowed, and another right opens nothing.
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
