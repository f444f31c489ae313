import { getAcceptedDomain, newAcceptedDomain, removeAcceptedDomain, setAcceptedDomain } from './accepted-domains.ts'
import {
  getApplicationAccessPolicy,
  newApplicationAccessPolicy,
  removeApplicationAccessPolicy,
  setApplicationAccessPolicy,
  testApplicationAccessPolicy,
} from './application-access-policies.ts'
import {
  getAuthenticationPolicy,
  newAuthenticationPolicy,
  removeAuthenticationPolicy,
  setAuthenticationPolicy,
} from './authentication-policies.ts'
import { getCasMailbox, setCasMailbox } from './cas-mailboxes.ts'
import {
  addDistributionGroupMember,
  getDistributionGroup,
  getDistributionGroupMember,
  getDynamicDistributionGroup,
  getDynamicDistributionGroupMember,
  newDistributionGroup,
  newDynamicDistributionGroup,
  removeDistributionGroup,
  removeDistributionGroupMember,
  removeDynamicDistributionGroup,
  setDistributionGroup,
  setDynamicDistributionGroup,
} from './distribution-groups.ts'
import { addMailboxPermission, getMailboxPermission, removeMailboxPermission } from './mailbox-permissions.ts'
import { getMailboxFolderStatistics, getMailboxStatistics } from './mailbox-statistics.ts'
import {
  disableMailbox,
  enableMailbox,
  getMailbox,
  newMailbox,
  removeMailbox,
  setMailbox,
  undoSoftDeletedMailbox,
} from './mailboxes.ts'
import {
  getManagementRole,
  getManagementRoleAssignment,
  getManagementRoleEntry,
  getManagementScope,
  newManagementRoleAssignment,
  newManagementScope,
  removeManagementRoleAssignment,
  removeManagementScope,
  setManagementRoleAssignment,
  setManagementScope,
  testServicePrincipalAuthorization,
} from './management-roles.ts'
import { getMessageTrace, getMessageTraceDetailV2, getMessageTraceV2 } from './message-trace.ts'
import {
  getOrganizationConfig,
  getTransportConfig,
  setOrganizationConfig,
  setTransportConfig,
} from './organization-config.ts'
import { addRecipientPermission, getRecipientPermission, removeRecipientPermission } from './recipient-permissions.ts'
import { getRecipient } from './recipients.ts'
import { getRecoverableItems, restoreRecoverableItems } from './recoverable-items.ts'
import {
  addRoleGroupMember,
  getRoleGroup,
  getRoleGroupMember,
  newRoleGroup,
  removeRoleGroup,
  removeRoleGroupMember,
  setRoleGroup,
} from './role-groups.ts'
import {
  getServicePrincipal,
  newServicePrincipal,
  removeServicePrincipal,
  setServicePrincipal,
} from './service-principals.ts'
import { searchUnifiedAuditLog } from './unified-audit-log.ts'
import { getUser, setUser } from './users.ts'

/** Every cmdlet of Exchange Online that Postern has. The compiler asks for a runner of each. */
export const exchangeCmdlets = [
  getApplicationAccessPolicy,
  getManagementRoleAssignment,
  getManagementScope,
  newApplicationAccessPolicy,
  newManagementRoleAssignment,
  newManagementScope,
  removeApplicationAccessPolicy,
  removeManagementRoleAssignment,
  removeManagementScope,
  setApplicationAccessPolicy,
  setManagementRoleAssignment,
  setManagementScope,
  testApplicationAccessPolicy,
  testServicePrincipalAuthorization,
  searchUnifiedAuditLog,
  getAuthenticationPolicy,
  newAuthenticationPolicy,
  removeAuthenticationPolicy,
  setAuthenticationPolicy,
  getAcceptedDomain,
  newAcceptedDomain,
  removeAcceptedDomain,
  setAcceptedDomain,
  addDistributionGroupMember,
  getDistributionGroupMember,
  getDistributionGroup,
  newDistributionGroup,
  removeDistributionGroupMember,
  removeDistributionGroup,
  setDistributionGroup,
  getDynamicDistributionGroupMember,
  getDynamicDistributionGroup,
  newDynamicDistributionGroup,
  removeDynamicDistributionGroup,
  setDynamicDistributionGroup,
  disableMailbox,
  enableMailbox,
  getCasMailbox,
  getMailboxFolderStatistics,
  getMailboxStatistics,
  getMailbox,
  getRecoverableItems,
  newMailbox,
  removeMailbox,
  restoreRecoverableItems,
  setCasMailbox,
  setMailbox,
  undoSoftDeletedMailbox,
  getMessageTraceDetailV2,
  getMessageTraceV2,
  getMessageTrace,
  getOrganizationConfig,
  getTransportConfig,
  setOrganizationConfig,
  setTransportConfig,
  getUser,
  setUser,
  addMailboxPermission,
  addRecipientPermission,
  getMailboxPermission,
  getRecipientPermission,
  removeMailboxPermission,
  removeRecipientPermission,
  getRecipient,
  addRoleGroupMember,
  getRoleGroupMember,
  getRoleGroup,
  newRoleGroup,
  removeRoleGroupMember,
  removeRoleGroup,
  setRoleGroup,
  getManagementRoleEntry,
  getManagementRole,
  getServicePrincipal,
  newServicePrincipal,
  removeServicePrincipal,
  setServicePrincipal,
] as const

export type ExchangeCmdletName = (typeof exchangeCmdlets)[number]['name']
