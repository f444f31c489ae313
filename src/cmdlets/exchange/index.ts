import type { Cmdlet } from '../cmdlet.ts'
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
  newDistributionGroup,
  removeDistributionGroup,
  removeDistributionGroupMember,
  setDistributionGroup,
} from './distribution-groups.ts'
import {
  getDynamicDistributionGroup,
  getDynamicDistributionGroupMember,
  newDynamicDistributionGroup,
  removeDynamicDistributionGroup,
  setDynamicDistributionGroup,
} from './dynamic-distribution-groups.ts'
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
  getManagementRoleAssignment,
  newManagementRoleAssignment,
  removeManagementRoleAssignment,
  setManagementRoleAssignment,
  testServicePrincipalAuthorization,
} from './management-role-assignments.ts'
import { getManagementRole, getManagementRoleEntry } from './management-roles.ts'
import {
  getManagementScope,
  newManagementScope,
  removeManagementScope,
  setManagementScope,
} from './management-scopes.ts'
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

const mailboxesCmdlets: readonly Cmdlet[] = [
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
]

const appAccessCmdlets: readonly Cmdlet[] = [
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
]

const groupsCmdlets: readonly Cmdlet[] = [
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
]

const roleGroupsCmdlets: readonly Cmdlet[] = [
  addRoleGroupMember,
  getRoleGroupMember,
  getRoleGroup,
  newRoleGroup,
  removeRoleGroupMember,
  removeRoleGroup,
  setRoleGroup,
]

const permissionsCmdlets: readonly Cmdlet[] = [
  addMailboxPermission,
  addRecipientPermission,
  getMailboxPermission,
  getRecipientPermission,
  removeMailboxPermission,
  removeRecipientPermission,
]

const servicePrincipalsCmdlets: readonly Cmdlet[] = [
  getServicePrincipal,
  newServicePrincipal,
  removeServicePrincipal,
  setServicePrincipal,
]

const organizationCmdlets: readonly Cmdlet[] = [
  getOrganizationConfig,
  getTransportConfig,
  setOrganizationConfig,
  setTransportConfig,
]

const authenticationPoliciesCmdlets: readonly Cmdlet[] = [
  getAuthenticationPolicy,
  newAuthenticationPolicy,
  removeAuthenticationPolicy,
  setAuthenticationPolicy,
]

const rolesCmdlets: readonly Cmdlet[] = [getManagementRoleEntry, getManagementRole]

const recipientsCmdlets: readonly Cmdlet[] = [getRecipient]

const peopleCmdlets: readonly Cmdlet[] = [getUser, setUser]

const messageTraceCmdlets: readonly Cmdlet[] = [getMessageTraceDetailV2, getMessageTraceV2, getMessageTrace]

const domainsCmdlets: readonly Cmdlet[] = [
  getAcceptedDomain,
  newAcceptedDomain,
  removeAcceptedDomain,
  setAcceptedDomain,
]

const auditCmdlets: readonly Cmdlet[] = [searchUnifiedAuditLog]

/** Every cmdlet of Exchange Online that is served here. */
export const exchangeCmdlets: readonly Cmdlet[] = [
  ...appAccessCmdlets,
  ...auditCmdlets,
  ...authenticationPoliciesCmdlets,
  ...domainsCmdlets,
  ...groupsCmdlets,
  ...mailboxesCmdlets,
  ...messageTraceCmdlets,
  ...organizationCmdlets,
  ...peopleCmdlets,
  ...permissionsCmdlets,
  ...recipientsCmdlets,
  ...roleGroupsCmdlets,
  ...rolesCmdlets,
  ...servicePrincipalsCmdlets,
]
