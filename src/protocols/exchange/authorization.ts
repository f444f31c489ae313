import { type Administrator, hasManagementRole, hasPermission, neededPermission } from '../../access/admin/decide.ts'
import { managementRoles } from '../../access/admin/operations.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import { refuse } from '../../core/refusal.ts'
import type { CmdletRunner } from './command.ts'
import { commands } from './cmdlets/index.ts'

/** Returns the cmdlets that a caller may run. Refuses `not-allowed` if no role grants one. */
export function commandsOf(caller: Administrator): readonly CmdletRunner[] {
  if (!hasPermission('manageExchange', caller)) {
    return refuse(
      'not-allowed',
      caller.kind === 'app'
        ? `The application ${caller.appId} does not hold the permission ${neededPermission('manageExchange', 'app')}.`
        : `The application ${caller.appId} does not hold the scope ${neededPermission('manageExchange', 'user')} for ${caller.user.userPrincipalName}.`,
    )
  }
  return commandsByRole(caller)
}

/** Returns the cmdlets that a caller's roles grant. Refuses `not-allowed` if they grant none. */
export function commandsByRole(caller: Administrator): readonly CmdletRunner[] {
  if (!managementRoles.some((role) => hasManagementRole(caller, role, 'reads'))) {
    return refuse(
      'not-allowed',
      caller.kind === 'user'
        ? `The user ${caller.user.userPrincipalName} isn't assigned to any management roles.`
        : // docs/reference/exchange-admin.md §9.4: scripts look for this sentence.
          `The role assigned to application ${caller.appId} isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles to Azure AD Application for EXO App-Only Authentication.`,
    )
  }
  return commands.filter(({ declaration, role }) => {
    return hasManagementRole(caller, role, changes(declaration) ? 'changes' : 'reads')
  })
}
