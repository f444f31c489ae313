import type { GraphRoute } from '../graph-route.ts'
import { appRoleAssignmentRoutes } from './app-role-assignments.ts'
import { applicationKeyRoutes, applicationPasswordRoutes } from './application-credentials.ts'
import { applicationOwnerRoutes } from './application-owners.ts'
import { applicationRoutes } from './applications.ts'
import { directoryAuditRoutes } from './directory-audits.ts'
import { directoryRoleRoutes, memberOfRoutes } from './directory-roles.ts'
import { domainRoutes } from './domains.ts'
import { organizationRoutes } from './organization.ts'
import { federatedIdentityCredentialRoutes } from './federated-identity-credentials.ts'
import { oauth2PermissionGrantRoutes } from './oauth2-permission-grants.ts'
import { roleManagementRoutes } from './role-management.ts'
import { servicePrincipalRoutes } from './service-principals.ts'
import { signInSessionRoutes, userRoutes } from './users.ts'
import { signInRoutes } from './sign-ins.ts'

/** Every route of `/v1.0`. */
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
