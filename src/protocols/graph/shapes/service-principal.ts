import type { AppRole, PermissionScope } from '../../../core/well-known/resource.ts'
import type { AppRoleAssignment, Consent, ServicePrincipal } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

/** docs/reference/identity.md §10.2 */
export const servicePrincipalShape: Shape<ServicePrincipal> = {
  type: 'servicePrincipal',
  position: (principal) => principal,
  properties: {
    id: (principal) => principal.id,
    accountEnabled: (principal) => principal.accountEnabled,
    appDisplayName: (principal) => principal.appDisplayName,
    appId: (principal) => principal.appId,
    appOwnerOrganizationId: (principal) => principal.appOwnerOrganizationId,
    appRoleAssignmentRequired: (principal) => principal.appRoleAssignmentRequired,
    appRoles: (principal) => principal.appRoles.map(appRole),
    createdDateTime: (principal) => dateTime(principal.created),
    displayName: (principal) => principal.displayName,
    keyCredentials: () => [],
    oauth2PermissionScopes: (principal) => principal.oauth2PermissionScopes.map(permissionScope),
    passwordCredentials: () => [],
    replyUrls: ({ redirectUris: { web, spa, publicClient } }) => [...web, ...spa, ...publicClient],
    servicePrincipalNames: (principal) => principal.servicePrincipalNames,
    servicePrincipalType: () => 'Application',
    signInAudience: (principal) => principal.signInAudience,
    tags: (principal) => principal.tags,
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

/** docs/reference/identity.md §10.1: `scope` is a list of values separated by spaces. */
export const oauth2PermissionGrantShape: Shape<Consent> = {
  type: 'oAuth2PermissionGrant',
  position: (consent) => consent,
  properties: {
    clientId: (consent) => consent.client,
    consentType: (consent) => consent.consentType,
    id: (consent) => consent.id,
    principalId: (consent) => consent.user,
    resourceId: (consent) => consent.resource,
    scope: (consent) => consent.scopes.join(' '),
  },
}

/** docs/reference/identity.md §10.2 */
export const appRoleAssignmentShape: Shape<AppRoleAssignment> = {
  type: 'appRoleAssignment',
  position: (assignment) => assignment,
  properties: {
    id: (assignment) => assignment.id,
    deletedDateTime: () => null,
    appRoleId: (assignment) => assignment.appRoleId,
    createdDateTime: (assignment) => dateTime(assignment.created),
    principalDisplayName: (assignment) => assignment.principalDisplayName,
    principalId: (assignment) => assignment.principal,
    principalType: (assignment) => assignment.principalType,
    resourceDisplayName: (assignment) => assignment.resourceDisplayName,
    resourceId: (assignment) => assignment.resource,
  },
}
