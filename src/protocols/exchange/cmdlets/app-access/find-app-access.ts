import type {
  AccessPolicy,
  ApplicationRole,
  ManagementScope,
  ResourceScope,
  RoleAssignment,
} from '../../../../domain/directory/types.ts'
import type { CmdletContext } from '../../command.ts'
import { domainOf } from '../../objects/metadata.ts'
import { notFound, wrongParameters } from '../../refusals.ts'

export const findPolicy = async ({ directory, tenant }: CmdletContext, named: string): Promise<AccessPolicy> =>
  (await directory.accessPolicies.find(tenant.id, named)) ?? notFound(tenant, named)

export const findScope = async ({ directory, tenant }: CmdletContext, named: string): Promise<ManagementScope> =>
  (await directory.managementScopes.find(tenant.id, named)) ?? notFound(tenant, named)

export const findAssignment = async ({ directory, tenant }: CmdletContext, named: string): Promise<RoleAssignment> =>
  (await directory.roleAssignments.find(tenant.id, named)) ?? notFound(tenant, named)

/** The role of an app, in any letter case. */
export const findApplicationRole = ({ directory, tenant }: CmdletContext, named: string): ApplicationRole =>
  directory.roleAssignments.roles.find(({ name }) => name.toLowerCase() === named.trim().toLowerCase()) ??
  notFound(tenant, named)

/** The scope that one of the parameters names; none of them is the whole organization. */
export async function findResourceScope(
  context: CmdletContext,
  given: { CustomResourceScope?: string; RecipientGroupScope?: string; RecipientAdministrativeUnitScope?: string },
): Promise<ResourceScope> {
  const { CustomResourceScope: scope, RecipientGroupScope: group, RecipientAdministrativeUnitScope: unit } = given
  const named = [scope, group, unit].filter((it) => it !== undefined)
  if (named.length > 1) {
    return wrongParameters(
      '-CustomResourceScope, -RecipientGroupScope and -RecipientAdministrativeUnitScope exclude each other.',
    )
  }
  const { directory, tenant } = context
  if (scope !== undefined) return { scope: (await findScope(context, scope)).guid }
  if (group === undefined) return unit === undefined ? {} : notFound(tenant, unit)
  return { group: ((await directory.groups.find(tenant.id, group)) ?? notFound(tenant, group)).guid }
}

/** There is one organizational unit, and it has every recipient. */
export function assertRoot({ tenant }: CmdletContext, named: string | undefined): void {
  const unit = named?.trim().toLowerCase().split('/').at(-1)
  if (unit !== undefined && unit !== domainOf(tenant)) notFound(tenant, named!)
}
