import type { Guid } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { RoleGroup, RoleGroupMember } from '../../../../domain/directory/types.ts'
import { type Context, managementRoles } from '../../command.ts'
import { findTrustee } from '../../find.ts'
import { notFound, wrongParameters } from '../../refusals.ts'
import { builtInNamed } from './built-in.ts'

/** One that can be changed. */
export async function findRoleGroup({ directory, tenant }: Context, named: string): Promise<RoleGroup> {
  const found = await directory.roleGroups.find(tenant.id, named)
  if (found) return found
  if (!builtInNamed(named)) return notFound(tenant, named)
  return refuse(
    'wrong-state',
    `The role group '${named}' is Exchange's own: in it is whoever holds its directory roles.`,
  )
}

export async function findRoleGroupMember(context: Context, named: string): Promise<RoleGroupMember> {
  const trustee = await findTrustee(context, named)
  return trustee.kind === 'self' || trustee.kind === 'unresolved' ? notFound(context.tenant, named) : trustee
}

/** Roles by their names as they are spelled. Refuses `not-allowed` for one that the caller does not hold. */
export function rolesToGive(context: Context, named: readonly string[]): readonly string[] {
  const found = named.map(
    (name) =>
      managementRoles.find((role) => role.toLowerCase() === name.trim().toLowerCase()) ??
      notFound(context.tenant, name),
  )
  refuseNotHeld(context, found)
  return [...new Set(found)]
}

/** contract/exchange-admin §5: who hands on a role has to hold it, or the roles would be worth nothing. */
export function refuseNotHeld({ holds }: Context, roles: readonly string[]): void {
  const missing = roles.find((role) => !holds.has(role))
  if (missing !== undefined) refuse('not-allowed', `The role '${missing}' can be given by those alone who hold it.`)
}

/** The same for what whoever becomes this user, or comes into this security group, holds with it. */
export const refuseNotHeldBy = async (context: Context, account: Guid): Promise<void> =>
  refuseNotHeld(context, [...(await context.directory.roleGroups.rolesOf(context.tenant.id, [account]))])

export const refuseBuiltInName = (name: string | undefined): void => {
  if (name !== undefined && builtInNamed(name))
    wrongParameters(`The name '${name}' is that of a role group of Exchange's own.`)
}
