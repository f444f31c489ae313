import * as distributionGroups from './distribution-groups.ts'
import * as managementRoles from './management-roles.ts'
import type { ExchangeCmdletName } from '../../../cmdlets/exchange/index.ts'
import type { CmdletRunner } from '../command.ts'
import * as acceptedDomains from './accepted-domains.ts'
import * as applicationAccessPolicies from './application-access-policies.ts'
import * as authenticationPolicies from './authentication-policies.ts'
import * as casMailboxes from './cas-mailboxes.ts'
import * as mailboxPermissions from './mailbox-permissions.ts'
import * as mailboxStatistics from './mailbox-statistics.ts'
import * as mailboxes from './mailboxes.ts'
import * as messageTrace from './message-trace.ts'
import * as organizationConfig from './organization-config.ts'
import * as recipientPermissions from './recipient-permissions.ts'
import * as recipients from './recipients.ts'
import * as recoverableItems from './recoverable-items.ts'
import * as roleGroups from './role-groups.ts'
import * as servicePrincipals from './service-principals.ts'
import * as unifiedAuditLog from './unified-audit-log.ts'
import * as users from './users.ts'

/** The runner of each declared cmdlet. A cmdlet without a runner does not compile. */
const runners: { readonly [N in ExchangeCmdletName]: CmdletRunner<N> } = {
  'Get-ApplicationAccessPolicy': applicationAccessPolicies.getApplicationAccessPolicy,
  'Get-ManagementRoleAssignment': managementRoles.getManagementRoleAssignment,
  'Get-ManagementScope': managementRoles.getManagementScope,
  'New-ApplicationAccessPolicy': applicationAccessPolicies.newApplicationAccessPolicy,
  'New-ManagementRoleAssignment': managementRoles.newManagementRoleAssignment,
  'New-ManagementScope': managementRoles.newManagementScope,
  'Remove-ApplicationAccessPolicy': applicationAccessPolicies.removeApplicationAccessPolicy,
  'Remove-ManagementRoleAssignment': managementRoles.removeManagementRoleAssignment,
  'Remove-ManagementScope': managementRoles.removeManagementScope,
  'Set-ApplicationAccessPolicy': applicationAccessPolicies.setApplicationAccessPolicy,
  'Set-ManagementRoleAssignment': managementRoles.setManagementRoleAssignment,
  'Set-ManagementScope': managementRoles.setManagementScope,
  'Test-ApplicationAccessPolicy': applicationAccessPolicies.testApplicationAccessPolicy,
  'Test-ServicePrincipalAuthorization': managementRoles.testServicePrincipalAuthorization,
  'Search-UnifiedAuditLog': unifiedAuditLog.searchUnifiedAuditLog,
  'Get-AuthenticationPolicy': authenticationPolicies.getAuthenticationPolicy,
  'New-AuthenticationPolicy': authenticationPolicies.newAuthenticationPolicy,
  'Remove-AuthenticationPolicy': authenticationPolicies.removeAuthenticationPolicy,
  'Set-AuthenticationPolicy': authenticationPolicies.setAuthenticationPolicy,
  'Get-AcceptedDomain': acceptedDomains.getAcceptedDomain,
  'New-AcceptedDomain': acceptedDomains.newAcceptedDomain,
  'Remove-AcceptedDomain': acceptedDomains.removeAcceptedDomain,
  'Set-AcceptedDomain': acceptedDomains.setAcceptedDomain,
  'Add-DistributionGroupMember': distributionGroups.addDistributionGroupMember,
  'Get-DistributionGroupMember': distributionGroups.getDistributionGroupMember,
  'Get-DistributionGroup': distributionGroups.getDistributionGroup,
  'New-DistributionGroup': distributionGroups.newDistributionGroup,
  'Remove-DistributionGroupMember': distributionGroups.removeDistributionGroupMember,
  'Remove-DistributionGroup': distributionGroups.removeDistributionGroup,
  'Set-DistributionGroup': distributionGroups.setDistributionGroup,
  'Get-DynamicDistributionGroupMember': distributionGroups.getDynamicDistributionGroupMember,
  'Get-DynamicDistributionGroup': distributionGroups.getDynamicDistributionGroup,
  'New-DynamicDistributionGroup': distributionGroups.newDynamicDistributionGroup,
  'Remove-DynamicDistributionGroup': distributionGroups.removeDynamicDistributionGroup,
  'Set-DynamicDistributionGroup': distributionGroups.setDynamicDistributionGroup,
  'Disable-Mailbox': mailboxes.disableMailbox,
  'Enable-Mailbox': mailboxes.enableMailbox,
  'Get-CASMailbox': casMailboxes.getCasMailbox,
  'Get-MailboxFolderStatistics': mailboxStatistics.getMailboxFolderStatistics,
  'Get-MailboxStatistics': mailboxStatistics.getMailboxStatistics,
  'Get-Mailbox': mailboxes.getMailbox,
  'Get-RecoverableItems': recoverableItems.getRecoverableItems,
  'New-Mailbox': mailboxes.newMailbox,
  'Remove-Mailbox': mailboxes.removeMailbox,
  'Restore-RecoverableItems': recoverableItems.restoreRecoverableItems,
  'Set-CASMailbox': casMailboxes.setCasMailbox,
  'Set-Mailbox': mailboxes.setMailbox,
  'Undo-SoftDeletedMailbox': mailboxes.undoSoftDeletedMailbox,
  'Get-MessageTraceDetailV2': messageTrace.getMessageTraceDetailV2,
  'Get-MessageTraceV2': messageTrace.getMessageTraceV2,
  'Get-MessageTrace': messageTrace.getMessageTrace,
  'Get-OrganizationConfig': organizationConfig.getOrganizationConfig,
  'Get-TransportConfig': organizationConfig.getTransportConfig,
  'Set-OrganizationConfig': organizationConfig.setOrganizationConfig,
  'Set-TransportConfig': organizationConfig.setTransportConfig,
  'Get-User': users.getUser,
  'Set-User': users.setUser,
  'Add-MailboxPermission': mailboxPermissions.addMailboxPermission,
  'Add-RecipientPermission': recipientPermissions.addRecipientPermission,
  'Get-MailboxPermission': mailboxPermissions.getMailboxPermission,
  'Get-RecipientPermission': recipientPermissions.getRecipientPermission,
  'Remove-MailboxPermission': mailboxPermissions.removeMailboxPermission,
  'Remove-RecipientPermission': recipientPermissions.removeRecipientPermission,
  'Get-Recipient': recipients.getRecipient,
  'Add-RoleGroupMember': roleGroups.addRoleGroupMember,
  'Get-RoleGroupMember': roleGroups.getRoleGroupMember,
  'Get-RoleGroup': roleGroups.getRoleGroup,
  'New-RoleGroup': roleGroups.newRoleGroup,
  'Remove-RoleGroupMember': roleGroups.removeRoleGroupMember,
  'Remove-RoleGroup': roleGroups.removeRoleGroup,
  'Set-RoleGroup': roleGroups.setRoleGroup,
  'Get-ManagementRoleEntry': managementRoles.getManagementRoleEntry,
  'Get-ManagementRole': managementRoles.getManagementRole,
  'Get-ServicePrincipal': servicePrincipals.getServicePrincipal,
  'New-ServicePrincipal': servicePrincipals.newServicePrincipal,
  'Remove-ServicePrincipal': servicePrincipals.removeServicePrincipal,
  'Set-ServicePrincipal': servicePrincipals.setServicePrincipal,
}

export const commands: readonly CmdletRunner[] = Object.values(runners)
