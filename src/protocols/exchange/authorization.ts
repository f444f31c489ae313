import { managesExchange } from '../../access/rights.ts'
import type { Caller } from '../../access/types.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import { refuse } from '../../core/refusal.ts'
import { type Command, type ManagementRole, managementRoles } from './command.ts'
import { commands } from './cmdlets/index.ts'

interface Held {
  /** The management roles whose cmdlets may be used that only look. */
  readonly reads: readonly ManagementRole[]
  /** Those whose cmdlets may be used that change something. */
  readonly changes: readonly ManagementRole[]
}

const everything: Held = { reads: managementRoles, changes: managementRoles }
/** What is in mailboxes is not for all who may look at how they are administered. */
const looking: Held = { reads: managementRoles.filter((role) => role !== 'Mailbox Import Export'), changes: [] }

export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'

/** contract/exchange-admin §5: the directory roles that count with Exchange.ManageAsApp or Exchange.Manage, by their templates. */
const directoryRoles: Readonly<Record<string, Held>> = {
  [GLOBAL_ADMINISTRATOR]: everything,
  // Exchange Administrator
  '29232cdf-9323-42fd-ade2-1d097af3e4de': everything,
  // Exchange Recipient Administrator
  '31392ffb-586c-42d1-9346-e59415a2cc4e': {
    reads: ['Mail Recipients', 'Message Tracking'],
    changes: ['Mail Recipients'],
  },
  // Global Reader
  'f2ef992c-3afb-46b9-b7cf-a126ee74c451': looking,
  // Security Reader
  '5d6b6bb7-de71-4623-b4af-96380a352509': looking,
  // Security Administrator
  '194ae4cb-b126-40b2-bd5b-6091b380977d': looking,
  // Compliance Administrator
  '17315797-102d-40b4-93e0-432062caca18': looking,
  // Helpdesk Administrator
  '729827e3-9c14-49f7-bb1b-9608f156bbb8': {
    reads: looking.reads.filter((role) => role !== 'View-Only Audit Logs'),
    changes: [],
  },
}

/** Whoever calls, with the management roles of the role groups that they are in. */
export type Administrator = Caller & { readonly managementRoles: ReadonlySet<string> }

/** By directory roles, and by role groups. */
function heldBy({ directoryRoles: directory, managementRoles: given }: Administrator): readonly Held[] {
  const byGroups = managementRoles.filter((role) => given.has(role))
  const groups = byGroups.length > 0 ? [{ reads: byGroups, changes: byGroups }] : []
  return [...[...directory].flatMap((role) => directoryRoles[role] ?? []), ...groups]
}

/** The management roles that a caller holds whole, and so may hand on. */
export const rolesHeldBy = (caller: Administrator): ReadonlySet<string> =>
  new Set(heldBy(caller).flatMap((held) => held.changes))

/** The cmdlets that a caller may use. Refuses `not-allowed` when there are none for want of a role. */
export function commandsOf(caller: Administrator): readonly Command[] {
  if (!managesExchange(caller)) {
    return refuse(
      'not-allowed',
      caller.kind === 'app'
        ? `The application ${caller.appId} does not hold the permission Exchange.ManageAsApp.`
        : `The application ${caller.appId} does not hold the scope Exchange.Manage for ${caller.user.userPrincipalName}.`,
    )
  }
  return commandsByRole(caller)
}

/** The cmdlets that a caller's roles hold. Refuses `not-allowed` when there are none. */
export function commandsByRole(caller: Administrator): readonly Command[] {
  const held = heldBy(caller)
  if (held.length === 0) {
    return refuse(
      'not-allowed',
      caller.kind === 'user'
        ? `The user ${caller.user.userPrincipalName} isn't assigned to any management roles.`
        : // contract/exchange-admin §9.4: scripts look for this sentence.
          `The role assigned to application ${caller.appId} isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles to Azure AD Application for EXO App-Only Authentication.`,
    )
  }
  return commands.filter(({ declaration, role }) => {
    const use = changes(declaration) ? 'changes' : 'reads'
    return held.some((given) => given[use].includes(role))
  })
}
