import type { GraphRoute } from '../graph-route.ts'
import { appRoleAssignmentRoutes } from './app-role-assignments.ts'
import { applicationPasswordRoutes } from './application-passwords.ts'
import { applicationRoutes } from './applications.ts'
import { organizationRoutes } from './organization.ts'
import { servicePrincipalRoutes } from './service-principals.ts'
import { userRoutes } from './users.ts'

/** Every route of `/v1.0`. */
export const graphRoutes: readonly GraphRoute[] = [
  ...applicationRoutes,
  ...applicationPasswordRoutes,
  ...servicePrincipalRoutes,
  ...appRoleAssignmentRoutes,
  ...userRoutes,
  ...organizationRoutes,
]
