import type { App, AppRole, ServicePrincipal } from '../../../domain/directory/types.ts'
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

const appRole = ({ id, value, displayName, description }: AppRole) => ({
  allowedMemberTypes: ['Application'],
  description,
  displayName,
  id,
  isEnabled: true,
  origin: 'Application',
  value,
})

const permissionScope = ({ id, value, displayName, description }: AppRole) => ({
  adminConsentDescription: description,
  adminConsentDisplayName: displayName,
  id,
  isEnabled: true,
  type: 'User',
  userConsentDescription: description,
  userConsentDisplayName: displayName,
  value,
})
