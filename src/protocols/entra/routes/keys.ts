import { type Route, route } from '../../../core/http.ts'
import type { EntraDeps } from '../deps.ts'
import { commonHeaders, forEveryone } from '../headers.ts'
import { cloudNames, issuerV2 } from '../own-names.ts'
import { preflight, tenantOf } from './discovery.ts'

/** The keys that sign tokens (RFC 7517 §5, contract/identity §1.5); the same for every tenant. */
export const keyRoutes = (deps: EntraDeps): Route[] =>
  (['/:tenant/discovery/v2.0/keys', '/:tenant/discovery/keys'] as const).flatMap((path) => [
    route(`GET ${path}`, async (request) => {
      const tenant = await tenantOf(deps, request.params.tenant ?? '')
      const names = {
        cloud_instance_name: cloudNames(deps, request).instance,
        issuer: issuerV2(deps, request, tenant?.id),
      }
      const keys = (await deps.tokens.keys()).map((key) => ({ ...key, ...names }))
      return { status: 200, headers: { ...commonHeaders(request), ...forEveryone }, body: { keys } }
    }),
    route(`OPTIONS ${path}`, async (request) => preflight(request)),
  ])
