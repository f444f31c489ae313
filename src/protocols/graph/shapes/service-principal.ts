import type { App, AppRole, PermissionScope, ServicePrincipal } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

export interface ShownServicePrincipal {
  readonly principal: ServicePrincipal
  /** The registration behind it; resources of the service itself have none. */
  readonly app: App | undefined
}

/** contract/identity §10.2 */
export const servicePrincipalShape: Shape<ShownServicePrincipal> = {
  type: 'servicePrincipal',
  place: ({ principal }) => principal,
  properties: {
    id: ({ principal }) => principal.id,
    accountEnabled: ({ principal }) => principal.accountEnabled,
    appDisplayName: ({ principal, app }) => app?.displayName ?? principal.displayName,
    appId: ({ principal }) => principal.appId,
    appOwnerOrganizationId: ({ principal }) => principal.appOwnerOrganizationId,
    appRoleAssignmentRequired: ({ principal }) => principal.appRoleAssignmentRequired,
    appRoles: ({ principal }) => principal.appRoles.map(appRole),
    createdDateTime: ({ principal }) => dateTime(principal.created),
    displayName: ({ principal }) => principal.displayName,
    keyCredentials: () => [],
    oauth2PermissionScopes: ({ principal }) => principal.oauth2PermissionScopes.map(permissionScope),
    passwordCredentials: () => [],
    replyUrls: () => [],
    servicePrincipalNames: ({ principal }) => principal.servicePrincipalNames,
    servicePrincipalType: () => 'Application',
    signInAudience: ({ app }) => app?.signInAudience ?? 'AzureADMultipleOrgs',
    tags: ({ principal }) => principal.tags,
  },
}

const appRole = ({ id, value, displayName, description, isEnabled, allowedMemberTypes }: AppRole) => ({
  allowedMemberTypes,
  description,
  displayName,
  id,
  isEnabled,
  origin: 'Application',
  value: value || null,
})

const permissionScope = (scope: PermissionScope) => ({
  adminConsentDescription: scope.adminConsentDescription,
  adminConsentDisplayName: scope.adminConsentDisplayName,
  id: scope.id,
  isEnabled: scope.isEnabled,
  type: scope.type,
  userConsentDescription: scope.userConsentDescription ?? null,
  userConsentDisplayName: scope.userConsentDisplayName ?? null,
  value: scope.value,
})
