import type { ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'

/** The resource that a scope or `resource=` names, as the tenant has it. */
export async function resourceIn(
  deps: Pick<EntraDeps, 'directory'>,
  tenant: Tenant,
  named: string,
  attempt: Attempt,
): Promise<ServicePrincipal> {
  const found = await deps.directory.servicePrincipals.findResource(tenant.id, named)
  if (!found) return deny(500011, named, tenant.displayName)
  attempt.knows({ resource: found })
  if (!found.accountEnabled) deny(50001, named)
  attempt.passed('resource', `The tenant has the resource ${found.displayName}.`)
  return found
}

/** The tenant that owns Exchange Online and Microsoft Graph in every tenant. */
const MICROSOFT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'

export const isMicrosofts = ({ appOwnerOrganizationId }: ServicePrincipal): boolean =>
  appOwnerOrganizationId === MICROSOFT
