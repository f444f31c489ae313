import { Lane } from '../../core/concurrency.ts'
import type { HttpService } from '../../core/http.ts'
import { failed } from './answers.ts'
import { errorOf } from './errors.ts'
import { bind, type GraphDeps, type GraphRoute } from './graph-route.ts'
import { uploadPaths, uploadRoutes } from './mail/attachments/upload-routes.ts'
import { bindMail, flattened, mailBases } from './mail/mail-route.ts'
import { mailRoutes } from './mail/mail-routes.ts'
import { keysAsSegments, unrouted } from './objects.ts'
import { appRoleAssignmentRoutes } from './routes/app-role-assignments.ts'
import { applicationKeyRoutes, applicationPasswordRoutes } from './routes/application-credentials.ts'
import { applicationOwnerRoutes, applicationRoutes } from './routes/applications.ts'
import { directoryAuditRoutes } from './routes/directory-audits.ts'
import { directoryRoleRoutes, memberOfRoutes, roleManagementRoutes } from './routes/directory-roles.ts'
import { domainRoutes } from './routes/domains.ts'
import { federatedIdentityCredentialRoutes } from './routes/federated-identity-credentials.ts'
import { oauth2PermissionGrantRoutes } from './routes/oauth2-permission-grants.ts'
import { organizationRoutes } from './routes/organization.ts'
import { servicePrincipalRoutes } from './routes/service-principals.ts'
import { signInRoutes } from './routes/sign-ins.ts'
import { signInSessionRoutes, userRoutes } from './routes/users.ts'
import { subscriptionPaths, subscriptionRoutes } from './subscriptions/subscription-routes.ts'

/** Microsoft Graph's v1.0 API on Postern's directory. */
export function graphService(given: Omit<GraphDeps, 'composing'>): HttpService {
  const deps: GraphDeps = { ...given, composing: new Lane() }
  return {
    name: 'graph',
    routes: [
      ...graphRoutes.map((route) => bind(deps, route)),
      ...mailRoutes.flatMap((route) => bindMail(deps, route)),
      ...uploadRoutes(deps),
      ...subscriptionRoutes(deps),
    ],
    owns: (path) => /^\/(v1\.0|beta)(\/|$)/i.test(path),
    rewrite: (url) => flattened(keysAsSegments(url)),
    failure: (thrown, request) =>
      thrown === undefined ? unrouted(deps.world, everyPath, request) : failed(deps.world, request, errorOf(thrown)),
  }
}

/** Every route of the directory. */
export const graphRoutes: readonly GraphRoute[] = [
  ...applicationRoutes,
  ...applicationPasswordRoutes,
  ...applicationKeyRoutes,
  ...applicationOwnerRoutes,
  ...federatedIdentityCredentialRoutes,
  ...servicePrincipalRoutes,
  ...appRoleAssignmentRoutes,
  ...oauth2PermissionGrantRoutes,
  ...userRoutes,
  ...signInSessionRoutes,
  ...directoryRoleRoutes,
  ...memberOfRoutes,
  ...roleManagementRoutes,
  ...organizationRoutes,
  ...domainRoutes,
  ...signInRoutes,
  ...directoryAuditRoutes,
]

/** Where routes are, for the answer to a request that has none. */
const everyPath: readonly Pick<GraphRoute, 'verb' | 'path'>[] = [
  ...graphRoutes,
  ...uploadPaths,
  ...subscriptionPaths,
  ...mailRoutes.flatMap(({ verb, path }) => mailBases.map((base) => ({ verb, path: `${base}${path}` as const }))),
]
