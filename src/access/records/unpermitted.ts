import type { Directory } from '../../domain/directory/types.ts'
import { directoryRole, roleTemplates } from '../../core/well-known/directory-roles.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import type { AccessDeps } from '../deps.ts'
import { assignDirectoryRole, grantAppRole } from './command-line.ts'
import { runChecks } from '../decide.ts'
import { failed, type CheckResult } from '../checks/check.ts'
import { record } from './record.ts'
import type { Caller, UnpermittedCmdlet } from '../types.ts'
import { hasDirectoryRole, hasPermission, neededPermission } from '../admin/decide.ts'

/** docs/reference/exchange-admin.md §13, rows 22 and 23: the caller is known, but has no permission for the cmdlet. */
export async function unpermitted(deps: AccessDeps, { caller, cmdlet, from, wire }: UnpermittedCmdlet): Promise<void> {
  const { tenant: tid, appId: appid, appDisplayName: app_displayname } = caller
  const app = { tid, appid, app_displayname }
  const claims =
    caller.kind === 'app'
      ? app
      : { ...app, oid: caller.user.id, upn: caller.user.userPrincipalName, name: caller.user.displayName }
  const judge = (): Promise<CheckResult> => judgeAdministrator(deps.directory, caller, cmdlet)
  const decision = await runChecks([{ name: 'role', judge }])
  await record(deps, {
    credential: { bearer: '' },
    protocol: 'exchange',
    address: undefined,
    from,
    claims,
    decision,
    wire,
  })
}

async function judgeAdministrator(directory: Directory, caller: Caller, cmdlet: string): Promise<CheckResult> {
  const who = caller.kind === 'app' ? `The app ${caller.appId}` : `The user ${caller.user.userPrincipalName}`
  const principal = caller.kind === 'app' ? caller.servicePrincipal : caller.user.id
  const held = roleTemplates.filter(({ id }) => caller.directoryRoles.has(id)).map(({ displayName }) => displayName)
  const roles = `no role that has ${cmdlet}${held.length > 0 ? `, but ${held.join(', ')}` : ''}`
  const permitted = hasPermission('manageExchange', caller)
  const permission = neededPermission('manageExchange', caller.kind)
  const enough = hasDirectoryRole('administerTenant', caller)
  const lacking = [
    ...(permitted ? [] : [`the token carries no ${permission}`]),
    ...(enough ? [] : [`${who} holds ${roles}`]),
  ]
  return failed(
    `${cmdlet} was not run: ${lacking.join('; ')}. Expected: ${permission} of ${exchangeOnline.displayName}, and the directory role Exchange Administrator or a role group that has the cmdlet. A new token will carry what is granted.`,
    ...(permitted || caller.kind === 'user' ? [] : await grant(directory, caller.tenant, principal)),
    ...(enough ? [] : [assignDirectoryRole(principal, directoryRole.exchangeAdministrator)]),
  )
}

async function grant(directory: Directory, tenant: Caller['tenant'], principal: string): Promise<readonly string[]> {
  const resource = await directory.servicePrincipals.find(tenant, { appId: exchangeOnline.appId })
  const role = resource?.appRoles.find(({ value }) => value === neededPermission('manageExchange', 'app'))
  return resource && role ? [grantAppRole(principal, resource.id, role.id)] : []
}
