import type { Cmdlet } from './cmdlet.ts'
import { connectExchangeOnline } from './connection/connect-exchange-online.ts'
import { disconnectExchangeOnline } from './connection/disconnect-exchange-online.ts'
import { getConnectionInformation } from './connection/get-connection-information.ts'
import { exchangeCmdlets } from './exchange/index.ts'
import { exoCmdlets } from './exo/index.ts'
import { addMgApplicationKey } from './graph/add-mg-application-key.ts'
import { addMgApplicationPassword } from './graph/add-mg-application-password.ts'
import { getMgApplicationFederatedIdentityCredential } from './graph/get-mg-application-federated-identity-credential.ts'
import { getMgApplicationOwner } from './graph/get-mg-application-owner.ts'
import { getMgApplication } from './graph/get-mg-application.ts'
import { getMgAuditLogDirectoryAudit } from './graph/get-mg-audit-log-directory-audit.ts'
import { getMgAuditLogSignIn } from './graph/get-mg-audit-log-sign-in.ts'
import { getMgDirectoryRoleMember } from './graph/get-mg-directory-role-member.ts'
import { getMgDirectoryRoleTemplate } from './graph/get-mg-directory-role-template.ts'
import { getMgDirectoryRole } from './graph/get-mg-directory-role.ts'
import { getMgDomain } from './graph/get-mg-domain.ts'
import { getMgOauth2PermissionGrant } from './graph/get-mg-oauth2-permission-grant.ts'
import { getMgOrganization } from './graph/get-mg-organization.ts'
import { getMgRoleManagementDirectoryRoleAssignment } from './graph/get-mg-role-management-directory-role-assignment.ts'
import { getMgRoleManagementDirectoryRoleDefinition } from './graph/get-mg-role-management-directory-role-definition.ts'
import { getMgServicePrincipalAppRoleAssignedTo } from './graph/get-mg-service-principal-app-role-assigned-to.ts'
import { getMgServicePrincipalAppRoleAssignment } from './graph/get-mg-service-principal-app-role-assignment.ts'
import { getMgServicePrincipalMemberOf } from './graph/get-mg-service-principal-member-of.ts'
import { getMgServicePrincipalOauth2PermissionGrant } from './graph/get-mg-service-principal-oauth2-permission-grant.ts'
import { getMgServicePrincipal } from './graph/get-mg-service-principal.ts'
import { getMgUserAppRoleAssignment } from './graph/get-mg-user-app-role-assignment.ts'
import { getMgUserMemberOf } from './graph/get-mg-user-member-of.ts'
import { getMgUserOauth2PermissionGrant } from './graph/get-mg-user-oauth2-permission-grant.ts'
import { getMgUser } from './graph/get-mg-user.ts'
import { newMgApplicationFederatedIdentityCredential } from './graph/new-mg-application-federated-identity-credential.ts'
import { newMgApplicationOwnerByRef } from './graph/new-mg-application-owner-by-ref.ts'
import { newMgApplication } from './graph/new-mg-application.ts'
import { newMgDirectoryRoleMemberByRef } from './graph/new-mg-directory-role-member-by-ref.ts'
import { newMgOauth2PermissionGrant } from './graph/new-mg-oauth2-permission-grant.ts'
import { newMgRoleManagementDirectoryRoleAssignment } from './graph/new-mg-role-management-directory-role-assignment.ts'
import { newMgServicePrincipalAppRoleAssignedTo } from './graph/new-mg-service-principal-app-role-assigned-to.ts'
import { newMgServicePrincipalAppRoleAssignment } from './graph/new-mg-service-principal-app-role-assignment.ts'
import { newMgServicePrincipal } from './graph/new-mg-service-principal.ts'
import { newMgUserAppRoleAssignment } from './graph/new-mg-user-app-role-assignment.ts'
import { newMgUser } from './graph/new-mg-user.ts'
import { removeMgApplicationFederatedIdentityCredential } from './graph/remove-mg-application-federated-identity-credential.ts'
import { removeMgApplicationKey } from './graph/remove-mg-application-key.ts'
import { removeMgApplicationOwnerByRef } from './graph/remove-mg-application-owner-by-ref.ts'
import { removeMgApplicationPassword } from './graph/remove-mg-application-password.ts'
import { removeMgApplication } from './graph/remove-mg-application.ts'
import { removeMgDirectoryRoleMemberByRef } from './graph/remove-mg-directory-role-member-by-ref.ts'
import { removeMgOauth2PermissionGrant } from './graph/remove-mg-oauth2-permission-grant.ts'
import { removeMgRoleManagementDirectoryRoleAssignment } from './graph/remove-mg-role-management-directory-role-assignment.ts'
import { removeMgServicePrincipalAppRoleAssignedTo } from './graph/remove-mg-service-principal-app-role-assigned-to.ts'
import { removeMgServicePrincipalAppRoleAssignment } from './graph/remove-mg-service-principal-app-role-assignment.ts'
import { removeMgServicePrincipal } from './graph/remove-mg-service-principal.ts'
import { removeMgUserAppRoleAssignment } from './graph/remove-mg-user-app-role-assignment.ts'
import { removeMgUser } from './graph/remove-mg-user.ts'
import { revokeMgUserSignInSession } from './graph/revoke-mg-user-sign-in-session.ts'
import { updateMgApplicationFederatedIdentityCredential } from './graph/update-mg-application-federated-identity-credential.ts'
import { updateMgApplication } from './graph/update-mg-application.ts'
import { updateMgOauth2PermissionGrant } from './graph/update-mg-oauth2-permission-grant.ts'
import { updateMgServicePrincipal } from './graph/update-mg-service-principal.ts'
import { updateMgUser } from './graph/update-mg-user.ts'
import { enableOwnBasicAuth } from './postern/enable-own-basic-auth.ts'
import { getBasicAuthReport } from './postern/get-basic-auth-report.ts'
import { newBasicAuthRetirementPlan } from './postern/new-basic-auth-retirement-plan.ts'
import { getBasicAuthRetirementPlan } from './postern/get-basic-auth-retirement-plan.ts'
import { setBasicAuthRetirementPlan } from './postern/set-basic-auth-retirement-plan.ts'
import { removeBasicAuthRetirementPlan } from './postern/remove-basic-auth-retirement-plan.ts'
import { testBasicAuthRetirementPlan } from './postern/test-basic-auth-retirement-plan.ts'
import { getExpiringCredential } from './postern/get-expiring-credential.ts'
import { getSigningKey } from './postern/get-signing-key.ts'
import { newSigningKey } from './postern/new-signing-key.ts'
import { newTenant } from './postern/new-tenant.ts'
import { removeSigningKey } from './postern/remove-signing-key.ts'

/** Every cmdlet there is: help, the command line and the services that run them read this one table. */
export const cmdlets: readonly Cmdlet[] = [
  connectExchangeOnline,
  ...exchangeCmdlets,
  ...exoCmdlets,
  disconnectExchangeOnline,
  getConnectionInformation,
  addMgApplicationKey,
  addMgApplicationPassword,
  getMgApplicationFederatedIdentityCredential,
  getMgApplicationOwner,
  getMgApplication,
  getMgAuditLogDirectoryAudit,
  getMgAuditLogSignIn,
  getMgDirectoryRoleMember,
  getMgDirectoryRoleTemplate,
  getMgDirectoryRole,
  getMgDomain,
  getMgOauth2PermissionGrant,
  getMgOrganization,
  getMgRoleManagementDirectoryRoleAssignment,
  getMgRoleManagementDirectoryRoleDefinition,
  getMgServicePrincipalAppRoleAssignedTo,
  getMgServicePrincipalAppRoleAssignment,
  getMgServicePrincipalMemberOf,
  getMgServicePrincipalOauth2PermissionGrant,
  getMgServicePrincipal,
  getMgUserAppRoleAssignment,
  getMgUserMemberOf,
  getMgUserOauth2PermissionGrant,
  getMgUser,
  newMgApplicationFederatedIdentityCredential,
  newMgApplicationOwnerByRef,
  newMgApplication,
  newMgDirectoryRoleMemberByRef,
  newMgOauth2PermissionGrant,
  newMgRoleManagementDirectoryRoleAssignment,
  newMgServicePrincipalAppRoleAssignedTo,
  newMgServicePrincipalAppRoleAssignment,
  newMgServicePrincipal,
  newMgUserAppRoleAssignment,
  newMgUser,
  removeMgApplicationFederatedIdentityCredential,
  removeMgApplicationKey,
  removeMgApplicationOwnerByRef,
  removeMgApplicationPassword,
  removeMgApplication,
  removeMgDirectoryRoleMemberByRef,
  removeMgOauth2PermissionGrant,
  removeMgRoleManagementDirectoryRoleAssignment,
  removeMgServicePrincipalAppRoleAssignedTo,
  removeMgServicePrincipalAppRoleAssignment,
  removeMgServicePrincipal,
  removeMgUserAppRoleAssignment,
  removeMgUser,
  revokeMgUserSignInSession,
  updateMgApplicationFederatedIdentityCredential,
  updateMgApplication,
  updateMgOauth2PermissionGrant,
  updateMgServicePrincipal,
  updateMgUser,
  newTenant,
  getBasicAuthReport,
  newBasicAuthRetirementPlan,
  getBasicAuthRetirementPlan,
  setBasicAuthRetirementPlan,
  removeBasicAuthRetirementPlan,
  testBasicAuthRetirementPlan,
  enableOwnBasicAuth,
  getExpiringCredential,
  getSigningKey,
  newSigningKey,
  removeSigningKey,
]

/** By its name, in any letter case. */
export const findCmdlet = (name: string): Cmdlet | undefined =>
  cmdlets.find((cmdlet) => cmdlet.name.toLowerCase() === name.toLowerCase())
