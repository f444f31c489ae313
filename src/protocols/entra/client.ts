import { isGuid } from '../../core/ids.ts'
import type { App, ServicePrincipal, Tenant } from '../../domain/directory/types.ts'
import type { Attempt } from './attempt.ts'
import type { EntraDeps } from './deps.ts'
import { deny } from './errors.ts'

/** The audiences that let an app act in tenants that are not its own; an app may have had another one before. */
const forOtherTenants: ReadonlySet<string> = new Set(['AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'])

/** The app, when it may be used in that tenant at all. */
export async function appIn(deps: EntraDeps, tenant: Tenant, clientId: string, attempt: Attempt): Promise<App> {
  const missing = () => deny(700016, clientId, tenant.displayName)
  if (!isGuid(clientId)) return missing()
  const app = (await deps.directory.apps.findAnywhere(clientId.toLowerCase())) ?? missing()
  attempt.knows({ app })
  if (app.tenant === tenant.id) return app
  if (!forOtherTenants.has(app.signInAudience)) return missing()
  return (await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })) ? app : missing()
}

/** The app as the tenant has it. */
export async function principalOf(
  deps: EntraDeps,
  tenant: Tenant,
  app: App,
  attempt: Attempt,
): Promise<ServicePrincipal> {
  const principal = await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })
  if (!principal) return deny(7000229, app.appId, tenant.id)
  attempt.knows({ principal })
  if (!principal.accountEnabled) deny(7000112, app.appId, app.displayName)
  attempt.passed('client', `The app ${app.appId} has the service principal ${principal.id} in the tenant.`)
  return principal
}
