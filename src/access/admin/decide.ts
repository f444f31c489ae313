import type { Guid, UserId } from '../../core/ids.ts'
import { directoryRole } from '../../core/well-known/directory-roles.ts'
import type { Directory } from '../../domain/directory/types.ts'
import type { Caller } from '../types.ts'
import {
  type AdminOperation,
  type AdminRule,
  type ManagementRole,
  managementRoleRules,
  managementRoles,
  operations,
} from './operations.ts'

/** Whether the caller is allowed to do this. An app that acts for a user needs the rights of both. */
export const mayAdminister = (operation: AdminOperation, caller: Caller): boolean =>
  hasPermission(operation, caller) && hasDirectoryRole(operation, caller)

/** Whether the caller is allowed to do this as the operator of the server: as an administrator of the first tenant. */
export async function actsAsOperator(
  { tenants }: Pick<Directory, 'tenants'>,
  operation: 'administerServer' | 'readServerAudit',
  caller: Caller,
): Promise<boolean> {
  if (!mayAdminister(operation, caller)) return false
  const [first] = await tenants.all()
  return first?.id === caller.tenant
}

/** Whether the token carries a permission that the operation needs. */
export function hasPermission(operation: AdminOperation, caller: Caller): boolean {
  const { application, delegated }: AdminRule = operations[operation]
  return caller.kind === 'app'
    ? application.some((name) => caller.roles.has(name))
    : delegated.some((name) => caller.scopes.has(name))
}

/** Whether the caller has a directory role that the operation needs. */
export function hasDirectoryRole(operation: AdminOperation, caller: Caller): boolean {
  const { roles, appsNeedRole }: AdminRule = operations[operation]
  if (roles === undefined || (caller.kind === 'app' && !appsNeedRole)) return true
  return roles.some((role) => caller.directoryRoles.has(role))
}

/** The permission that such a caller needs for an operation, as refusals and explanations name it. */
export const neededPermission = (operation: AdminOperation, kind: Caller['kind']): string => {
  const { application, delegated }: AdminRule = operations[operation]
  return (kind === 'app' ? application : delegated).join(' or ')
}

/** A caller with the management roles that their role groups have. */
export type Administrator = Caller & { readonly managementRoles: ReadonlySet<string> }

/** docs/reference/exchange-admin.md §5: role groups give their members management roles. */
export async function asAdministrator(directory: Directory, caller: Caller): Promise<Administrator> {
  const account = await exchangeAccount(directory, caller)
  const byGroups =
    account === undefined ? new Set<string>() : await directory.roleGroups.rolesOf(caller.tenant, [account])
  return { ...caller, managementRoles: byGroups }
}

/** Exchange knows an app by its Exchange service principal, if that names the right service principal. */
async function exchangeAccount({ exchange }: Directory, caller: Caller): Promise<Guid | undefined> {
  if (caller.kind === 'user') return caller.user.id
  const principal = await exchange.findByAppId(caller.tenant, caller.appId)
  return principal?.objectId === caller.servicePrincipal ? principal.guid : undefined
}

/** Whether the caller is allowed to run the cmdlets of a management role: only those that read, or all of them. */
export const hasManagementRole = (
  { directoryRoles, managementRoles: byGroups }: Administrator,
  role: ManagementRole,
  use: 'reads' | 'changes',
): boolean => byGroups.has(role) || managementRoleRules[role][use].some((id) => directoryRoles.has(id))

/** The management roles of which the caller can run every cmdlet, and which the caller can therefore assign. */
export const managementRolesOf = (caller: Administrator): ReadonlySet<string> =>
  new Set(managementRoles.filter((role) => hasManagementRole(caller, role, 'changes')))

/** A right of a user that the caller lacks. */
export type SuperiorRight =
  | { readonly kind: 'directoryRole' }
  | { readonly kind: 'managementRole'; readonly name: string }

/**
 * The one rule that protects administrators: a caller cannot remove, lock out, sign out or take over a user who has a
 * right that the caller lacks. Returns such a right. Only a Global Administrator has the rights of every directory
 * role; the caller must have each management role of the user.
 */
export async function superiorRight(
  directory: Directory,
  caller: Caller,
  user: UserId,
): Promise<SuperiorRight | undefined> {
  if (caller.directoryRoles.has(directoryRole.globalAdministrator)) return undefined
  if ((await directory.directoryRoles.of(caller.tenant, user)).length > 0) return { kind: 'directoryRole' }
  const needed = await directory.roleGroups.rolesOf(caller.tenant, [user])
  if (needed.size === 0) return undefined
  const held = managementRolesOf(await asAdministrator(directory, caller))
  const name = [...needed].find((role) => !held.has(role))
  return name === undefined ? undefined : { kind: 'managementRole', name }
}
