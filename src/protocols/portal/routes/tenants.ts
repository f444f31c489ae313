import { actorOf } from '../../../access/rights.ts'
import type { Route } from '../../../core/http.ts'
import { guid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { operatorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'

/** `New-Tenant`: only for a Global Administrator of the first tenant, which is the installation's own. */
export const tenantRoute = ({ foundTenant, ...deps }: PortalDeps): Route =>
  operatorRoute(deps, 'POST /postern/v1/tenants', async (request, caller) => {
    const requested = requestedTenant(request.body)
    const { tenant, admin } = await foundTenant(deps.directory.by(actorOf(caller), guid(request.id)), requested)
    const { id, displayName, domains } = tenant
    request.log.info({ tenant: id, app: caller.appId }, 'a tenant was made')
    return { status: 201, body: { id, displayName, domain: domains[0], ...admin } }
  })

function requestedTenant(body: Uint8Array): { displayName: string; domain: string } {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return refuse('bad-syntax', 'The request body is no JSON.')
  }
  const { domain, displayName = domain } = (value ?? {}) as { domain?: unknown; displayName?: unknown }
  if (typeof domain !== 'string' || typeof displayName !== 'string') {
    return refuse('bad-syntax', 'The request body has to be {"domain":"…","displayName":"…"}.')
  }
  return { domain, displayName }
}
