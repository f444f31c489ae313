import type { Cmdlet } from './cmdlet.ts'
import { connectExchangeOnline } from './connection/connect-exchange-online.ts'
import { disconnectExchangeOnline } from './connection/disconnect-exchange-online.ts'
import { getConnectionInformation } from './connection/get-connection-information.ts'
import { addDistributionGroupMember } from './exchange/add-distribution-group-member.ts'
import { addMailboxPermission } from './exchange/add-mailbox-permission.ts'
import { addRecipientPermission } from './exchange/add-recipient-permission.ts'
import { disableMailbox } from './exchange/disable-mailbox.ts'
import { enableMailbox } from './exchange/enable-mailbox.ts'
import { getMailboxFolderStatistics } from './exchange/get-mailbox-folder-statistics.ts'
import { getMailboxStatistics } from './exchange/get-mailbox-statistics.ts'
import { getRecipientPermission } from './exchange/get-recipient-permission.ts'
import { getTransportConfig } from './exchange/get-transport-config.ts'
import { newAuthenticationPolicy } from './exchange/new-authentication-policy.ts'
import { removeRecipientPermission } from './exchange/remove-recipient-permission.ts'
import { setAuthenticationPolicy } from './exchange/set-authentication-policy.ts'
import { getAuthenticationPolicy } from './exchange/get-authentication-policy.ts'
import { removeAuthenticationPolicy } from './exchange/remove-authentication-policy.ts'
import { getUser } from './exchange/get-user.ts'
import { setTransportConfig } from './exchange/set-transport-config.ts'
import { setUser } from './exchange/set-user.ts'
import { getOrganizationConfig } from './exchange/get-organization-config.ts'
import { setOrganizationConfig } from './exchange/set-organization-config.ts'
import { setServicePrincipal } from './exchange/set-service-principal.ts'
import { getApplicationAccessPolicy } from './exchange/get-application-access-policy.ts'
import { getCasMailbox } from './exchange/get-cas-mailbox.ts'
import { getDistributionGroupMember } from './exchange/get-distribution-group-member.ts'
import { getDistributionGroup } from './exchange/get-distribution-group.ts'
import { getMailboxPermission } from './exchange/get-mailbox-permission.ts'
import { getMailbox } from './exchange/get-mailbox.ts'
import { getManagementRoleAssignment } from './exchange/get-management-role-assignment.ts'
import { getManagementScope } from './exchange/get-management-scope.ts'
import { getServicePrincipal } from './exchange/get-service-principal.ts'
import { newApplicationAccessPolicy } from './exchange/new-application-access-policy.ts'
import { newDistributionGroup } from './exchange/new-distribution-group.ts'
import { newMailbox } from './exchange/new-mailbox.ts'
import { newManagementRoleAssignment } from './exchange/new-management-role-assignment.ts'
import { newManagementScope } from './exchange/new-management-scope.ts'
import { newServicePrincipal } from './exchange/new-service-principal.ts'
import { removeApplicationAccessPolicy } from './exchange/remove-application-access-policy.ts'
import { removeDistributionGroupMember } from './exchange/remove-distribution-group-member.ts'
import { removeDistributionGroup } from './exchange/remove-distribution-group.ts'
import { removeMailboxPermission } from './exchange/remove-mailbox-permission.ts'
import { removeMailbox } from './exchange/remove-mailbox.ts'
import { removeManagementRoleAssignment } from './exchange/remove-management-role-assignment.ts'
import { removeManagementScope } from './exchange/remove-management-scope.ts'
import { removeServicePrincipal } from './exchange/remove-service-principal.ts'
import { searchUnifiedAuditLog } from './exchange/search-unified-audit-log.ts'
import { setApplicationAccessPolicy } from './exchange/set-application-access-policy.ts'
import { setCasMailbox } from './exchange/set-cas-mailbox.ts'
import { setDistributionGroup } from './exchange/set-distribution-group.ts'
import { setMailbox } from './exchange/set-mailbox.ts'
import { setManagementRoleAssignment } from './exchange/set-management-role-assignment.ts'
import { setManagementScope } from './exchange/set-management-scope.ts'
import { testApplicationAccessPolicy } from './exchange/test-application-access-policy.ts'
import { testServicePrincipalAuthorization } from './exchange/test-service-principal-authorization.ts'
import { undoSoftDeletedMailbox } from './exchange/undo-soft-deleted-mailbox.ts'
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
  disableMailbox,
  disconnectExchangeOnline,
  enableMailbox,
  getConnectionInformation,
  addDistributionGroupMember,
  addMailboxPermission,
  addRecipientPermission,
  getMailboxFolderStatistics,
  getMailboxStatistics,
  getRecipientPermission,
  getTransportConfig,
  newAuthenticationPolicy,
  removeRecipientPermission,
  setAuthenticationPolicy,
  getAuthenticationPolicy,
  removeAuthenticationPolicy,
  getUser,
  setTransportConfig,
  setUser,
  getOrganizationConfig,
  setOrganizationConfig,
  setServicePrincipal,
  getApplicationAccessPolicy,
  getCasMailbox,
  getDistributionGroup,
  getDistributionGroupMember,
  getMailboxPermission,
  getMailbox,
  getManagementRoleAssignment,
  getManagementScope,
  getServicePrincipal,
  newApplicationAccessPolicy,
  newDistributionGroup,
  newMailbox,
  newManagementRoleAssignment,
  newManagementScope,
  newServicePrincipal,
  removeApplicationAccessPolicy,
  removeDistributionGroup,
  removeDistributionGroupMember,
  removeMailboxPermission,
  removeMailbox,
  removeManagementRoleAssignment,
  removeManagementScope,
  removeServicePrincipal,
  searchUnifiedAuditLog,
  setApplicationAccessPolicy,
  setCasMailbox,
  setDistributionGroup,
  setMailbox,
  setManagementRoleAssignment,
  setManagementScope,
  testApplicationAccessPolicy,
  testServicePrincipalAuthorization,
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
  undoSoftDeletedMailbox,
  getExpiringCredential,
  getSigningKey,
  newSigningKey,
  removeSigningKey,
]

/** By its name, in any letter case. */
export const findCmdlet = (name: string): Cmdlet | undefined =>
  cmdlets.find((cmdlet) => cmdlet.name.toLowerCase() === name.toLowerCase())
