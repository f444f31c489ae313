import { managesExchange } from '../../access/rights.ts'
import type { Caller } from '../../access/types.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import { refuse } from '../../core/refusal.ts'
import { type CmdletRunner, type ManagementRole, managementRoles } from './command.ts'
import { commands } from './cmdlets/index.ts'
import { directoryRole } from '../../core/well-known/directory-roles.ts'

interface Held {
  /** The management roles whose cmdlets may be used that only look. */
  readonly reads: readonly ManagementRole[]
  /** Those whose cmdlets may be used that change something. */
  readonly changes: readonly ManagementRole[]
}

const everything: Held = { reads: managementRoles, changes: managementRoles }
/** What is in mailboxes is not for all who may look at how they are administered. */
const looking: Held = { reads: managementRoles.filter((role) => role !== 'Mailbox Import Export'), changes: [] }

/**
 * docs/reference/exchange-admin.md §5: the directory roles that count with Exchange.ManageAsApp or Exchange.Manage, by
 * their templates.
 */
const directoryRoles: Readonly<Record<string, Held>> = {
  [directoryRole.globalAdministrator]: everything,
  [directoryRole.exchangeAdministrator]: everything,
  [directoryRole.exchangeRecipientAdministrator]: {
    reads: ['Mail Recipients', 'Message Tracking'],
    changes: ['Mail Recipients'],
  },
  [directoryRole.globalReader]: looking,
  [directoryRole.securityReader]: looking,
  [directoryRole.securityAdministrator]: looking,
  [directoryRole.complianceAdministrator]: looking,
  [directoryRole.helpdeskAdministrator]: {
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
export function commandsOf(caller: Administrator): readonly CmdletRunner[] {
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
export function commandsByRole(caller: Administrator): readonly CmdletRunner[] {
  const held = heldBy(caller)
  if (held.length === 0) {
    return refuse(
      'not-allowed',
      caller.kind === 'user'
        ? `The user ${caller.user.userPrincipalName} isn't assigned to any management roles.`
        : // docs/reference/exchange-admin.md §9.4: scripts look for this sentence.
          `The role assigned to application ${caller.appId} isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles to Azure AD Application for EXO App-Only Authentication.`,
    )
  }
  return commands.filter(({ declaration, role }) => {
    const use = changes(declaration) ? 'changes' : 'reads'
    return held.some((given) => given[use].includes(role))
  })
}
