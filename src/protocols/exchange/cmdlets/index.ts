import type { Command } from '../command.ts'
import { addDistributionGroupMember } from './add-distribution-group-member.ts'
import { addMailboxPermission } from './add-mailbox-permission.ts'
import { addRecipientPermission } from './add-recipient-permission.ts'
import { disableMailbox } from './disable-mailbox.ts'
import { enableMailbox } from './enable-mailbox.ts'
import { getMailboxFolderStatistics } from './get-mailbox-folder-statistics.ts'
import { getMailboxStatistics } from './get-mailbox-statistics.ts'
import { getRecipientPermission } from './get-recipient-permission.ts'
import { getTransportConfig } from './get-transport-config.ts'
import { newAuthenticationPolicy } from './new-authentication-policy.ts'
import { removeRecipientPermission } from './remove-recipient-permission.ts'
import { setAuthenticationPolicy } from './set-authentication-policy.ts'
import { getAuthenticationPolicy } from './get-authentication-policy.ts'
import { removeAuthenticationPolicy } from './remove-authentication-policy.ts'
import { getUser } from './get-user.ts'
import { setTransportConfig } from './set-transport-config.ts'
import { setUser } from './set-user.ts'
import { getOrganizationConfig } from './get-organization-config.ts'
import { setOrganizationConfig } from './set-organization-config.ts'
import { setServicePrincipal } from './set-service-principal.ts'
import { getApplicationAccessPolicy } from './get-application-access-policy.ts'
import { getCasMailbox } from './get-cas-mailbox.ts'
import { getDistributionGroupMember } from './get-distribution-group-member.ts'
import { getDistributionGroup } from './get-distribution-group.ts'
import { getMailboxPermission } from './get-mailbox-permission.ts'
import { getMailbox } from './get-mailbox.ts'
import { getManagementRoleAssignment } from './get-management-role-assignment.ts'
import { getManagementScope } from './get-management-scope.ts'
import { getServicePrincipal } from './get-service-principal.ts'
import { newApplicationAccessPolicy } from './new-application-access-policy.ts'
import { newDistributionGroup } from './new-distribution-group.ts'
import { newMailbox } from './new-mailbox.ts'
import { newManagementRoleAssignment } from './new-management-role-assignment.ts'
import { newManagementScope } from './new-management-scope.ts'
import { newServicePrincipal } from './new-service-principal.ts'
import { removeApplicationAccessPolicy } from './remove-application-access-policy.ts'
import { removeDistributionGroupMember } from './remove-distribution-group-member.ts'
import { removeDistributionGroup } from './remove-distribution-group.ts'
import { removeMailboxPermission } from './remove-mailbox-permission.ts'
import { removeMailbox } from './remove-mailbox.ts'
import { removeManagementRoleAssignment } from './remove-management-role-assignment.ts'
import { removeManagementScope } from './remove-management-scope.ts'
import { removeServicePrincipal } from './remove-service-principal.ts'
import { searchUnifiedAuditLog } from './search-unified-audit-log.ts'
import { setApplicationAccessPolicy } from './set-application-access-policy.ts'
import { setCasMailbox } from './set-cas-mailbox.ts'
import { setDistributionGroup } from './set-distribution-group.ts'
import { setMailbox } from './set-mailbox.ts'
import { setManagementRoleAssignment } from './set-management-role-assignment.ts'
import { setManagementScope } from './set-management-scope.ts'
import { testApplicationAccessPolicy } from './test-application-access-policy.ts'
import { testServicePrincipalAuthorization } from './test-service-principal-authorization.ts'
import { undoSoftDeletedMailbox } from './undo-soft-deleted-mailbox.ts'

/** Every Exchange cmdlet that runs here. */
export const commands: readonly Command[] = [
  addDistributionGroupMember,
  addMailboxPermission,
  addRecipientPermission,
  disableMailbox,
  enableMailbox,
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
  getMailbox,
  getMailboxPermission,
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
  removeMailbox,
  removeMailboxPermission,
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
  undoSoftDeletedMailbox,
]
