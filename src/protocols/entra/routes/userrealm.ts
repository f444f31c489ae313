import { type HttpRequest, type Route, route } from '../../../core/http.ts'
import type { EntraDeps } from '../deps.ts'
import { commonHeaders, noStore } from '../headers.ts'
import { cloudNames } from '../own-names.ts'

/** What MSAL Python asks before it sends a password: who checks it (contract/identity §1.3). */
export const userRealmRoutes = (deps: EntraDeps): Route[] => [
  route('GET /:tenant/userrealm/:user', async (request) => ({
    status: 200,
    headers: { ...commonHeaders(request), ...noStore },
    body: await realmOf(deps, request),
  })),
]

/** Tells whose a domain is, which is no secret; of the person it tells nothing. */
async function realmOf(deps: EntraDeps, request: HttpRequest): Promise<object> {
  const { user = '' } = request.params
  const domain = user.slice(user.lastIndexOf('@') + 1).toLowerCase()
  const names = { ver: '1.0', cloud_instance_name: cloudNames(deps, request).instance }
  if (!user.includes('@') || !(await deps.directory.tenants.find(domain))) {
    return { ...names, account_type: 'Unknown' }
  }
  return {
    ...names,
    account_type: 'Managed',
    domain_name: domain,
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  }
}
