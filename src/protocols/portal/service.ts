import type { HttpService } from '../../core/http.ts'
import type { Log } from '../../core/log.ts'
import type { PortalDeps } from './deps.ts'
import { failure } from './failure.ts'
import { adviceRoute } from './routes/advice.ts'
import { basicAuthPlanRoutes, basicAuthReportRoute, ownBasicAuthRoute } from './routes/basic-auth.ts'
import { expiringRoute } from './routes/expiring-credentials.ts'
import { exportRoutes, importRoute } from './routes/import-export.ts'
import { signInRoutes } from './routes/sign-ins.ts'
import { signingKeyRoutes } from './routes/signing-keys.ts'
import { tenantRoute } from './routes/tenants.ts'

/** Postern's own HTTP API, for what the imitated service has no call for. */
export const portalService = (deps: PortalDeps & { readonly log: Log }): HttpService => ({
  name: 'portal',
  routes: [
    tenantRoute(deps),
    importRoute(deps),
    ...exportRoutes(deps),
    ...signInRoutes(deps),
    adviceRoute(deps),
    expiringRoute(deps),
    basicAuthReportRoute(deps),
    ...basicAuthPlanRoutes(deps),
    ownBasicAuthRoute(deps),
    ...signingKeyRoutes(deps),
  ],
  owns: (path) => /^\/postern(\/|$)/i.test(path),
  failure,
})
