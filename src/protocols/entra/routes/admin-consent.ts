import { type HttpRequest, type Route, route } from '../../../core/http.ts'
import type { EndpointVersion } from '../grants/grant.ts'
import { runPageFlow } from '../people/page-flow.ts'
import type { People } from '../people/people.ts'
import { arrive } from '../people/sign-in.ts'

/** contract/identity §6 */
export const adminConsentRoutes = (people: People): Route[] => {
  const asked = (version: EndpointVersion) => (http: HttpRequest) => {
    const told = {
      kind: 'admin-consent',
      version,
      tenant: http.params.tenant ?? '',
      query: http.query.toString(),
    } as const
    return runPageFlow(people, http, told, arrive)
  }
  return [route('GET /:tenant/adminconsent', asked('v1')), route('GET /:tenant/v2.0/adminconsent', asked('v2'))]
}
