import { isGuid } from '../../../core/ids.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import { isForOtherTenants } from '../client.ts'
import { deny } from '../errors/errors.ts'
import type { Form } from '../form.ts'
import { sharedTenant, tenantNamed } from '../tenant.ts'
import type { PageRequest } from './page-request.ts'

/** The parameters of a URL, read with the same care as a form's. */
export function readQuery(query: URLSearchParams): Form {
  const get = (name: string): string | undefined => {
    const values = query.getAll(name).filter((value) => value !== '')
    // RFC 6749 §3.1: a parameter must not be included more than once.
    if (values.length > 1) deny(9002313)
    return values[0]
  }
  return { get, need: (name) => get(name) ?? deny(900144, name) }
}

/** The tenant of the path: undefined where any organization may come (contract/identity §1.2). */
export async function tenantAsked({ people, told, attempt }: PageRequest): Promise<Tenant | undefined> {
  if (sharedTenant(told.tenant) !== undefined) return undefined
  const tenant = await tenantNamed(people.deps.directory, told.tenant)
  attempt.inTenant(tenant)
  return tenant
}

/** The app that sends people here. Whether the tenant has consented to it is asked later: here they may do so. */
export async function appAsking(
  { people, told, attempt }: PageRequest,
  clientId: string,
  tenant: Tenant | undefined,
): Promise<App> {
  const missing = () => deny(700016, clientId, tenant?.displayName ?? told.tenant)
  if (!isGuid(clientId)) return missing()
  const app = (await people.deps.directory.apps.findAnywhere(clientId.toLowerCase())) ?? missing()
  attempt.knows({ app })
  if (tenant) return app.tenant === tenant.id || isForOtherTenants(app) ? app : missing()
  // contract/identity §1.2: nobody here has a personal account.
  if (sharedTenant(told.tenant) === 'consumers') deny(90130, app.appId, app.displayName)
  return isForOtherTenants(app) ? app : deny(50194, app.appId, app.displayName)
}
