/**
 * Decides whether an app may do something with the mail of a mailbox over Microsoft Graph, from
 * docs/reference/exchange-admin.md §6, §7 and docs/reference/graph-mail.md §1.2 alone: this file imports nothing from
 * the server. Postern does not serve mail over Graph; the decision is the one for a fresh token.
 */
export interface State {
  readonly asked: Permission
  readonly consent: 'none' | Permission
  readonly role: 'none' | keyof typeof allowed
  /** The scope of the role. */
  readonly scope: 'everywhere' | 'here' | 'elsewhere' | 'out of force'
  /** The ObjectId of the app's Exchange service principal. */
  readonly pointer: 'right' | 'app object' | 'absent'
  readonly principal: 'enabled' | 'disabled' | 'removed'
  /** The result of the policies for the mailbox, and for others. */
  readonly policy: 'none' | 'denied' | 'others denied' | 'within' | 'outside' | 'within and denied'
  readonly address: 'there' | 'unknown'
}

export type Permission = 'Mail.ReadBasic' | 'Mail.Read' | 'Mail.ReadWrite' | 'Mail.Send'

export type Check =
  | 'role'
  | 'roleAssignment'
  | 'servicePrincipal'
  | 'exchangeServicePrincipal'
  | 'mailbox'
  | 'managementScope'
  | 'applicationAccessPolicy'

/** docs/reference/exchange-admin.md §7: the permissions of each role of Exchange. */
const allowed = {
  'Application Mail.Read': ['Mail.Read'],
  'Application Mail.Send': ['Mail.Send'],
  'Application Mail Full Access': ['Mail.ReadWrite', 'Mail.Send'],
  'Application Calendars.Read': [],
} as const satisfies Readonly<Record<string, readonly Permission[]>>

/** The permissions that include each permission. */
const enough: Readonly<Record<Permission, readonly Permission[]>> = {
  'Mail.ReadBasic': ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite'],
  'Mail.Read': ['Mail.Read', 'Mail.ReadWrite'],
  'Mail.ReadWrite': ['Mail.ReadWrite'],
  'Mail.Send': ['Mail.Send'],
}

const consented = ({ asked, consent }: State): boolean => consent !== 'none' && enough[asked].includes(consent)

/**
 * docs/reference/exchange-admin.md §6: a denial has precedence; then a restriction with the mailbox grants; then one
 * without it denies.
 */
const keptOff: Readonly<Record<State['policy'], boolean>> = {
  none: false,
  denied: true,
  'others denied': false,
  within: false,
  outside: true,
  'within and denied': true,
}

const assigned = ({ asked, role, pointer }: State): boolean =>
  role !== 'none' && pointer !== 'absent' && allowed[role].some((permission) => enough[asked].includes(permission))

/**
 * docs/reference/exchange-admin.md §7: consents and roles add up, and policies restrict consents only. So a role
 * decides if there is no consent, or if a policy denies a mailbox that the role opens.
 */
const byRole = (state: State): boolean => {
  if (!assigned(state)) return false
  if (!consented(state)) return true
  return state.address === 'there' && keptOff[state.policy] && (state.scope === 'here' || state.scope === 'everywhere')
}

/** The first row that applies is the refusal. */
const table: readonly { readonly check: Check; readonly refuses: (state: State) => boolean }[] = [
  // An app without a service principal has nothing; a later row reports that.
  {
    check: 'role',
    refuses: (state) => state.principal !== 'removed' && !consented(state) && !assigned(state),
  },
  { check: 'roleAssignment', refuses: (state) => byRole(state) && state.scope === 'out of force' },
  { check: 'servicePrincipal', refuses: ({ principal }) => principal !== 'enabled' },
  { check: 'exchangeServicePrincipal', refuses: (state) => byRole(state) && state.pointer !== 'right' },
  { check: 'mailbox', refuses: ({ address }) => address !== 'there' },
  { check: 'managementScope', refuses: (state) => byRole(state) && state.scope === 'elsewhere' },
  { check: 'applicationAccessPolicy', refuses: (state) => !byRole(state) && keptOff[state.policy] },
]

/** The check that refuses; undefined where the app is let in. */
export const refusal = (state: State): Check | undefined => table.find(({ refuses }) => refuses(state))?.check
