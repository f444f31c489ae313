import type { Command } from '../command.ts'
import { getAcceptedDomain } from './accepted-domains.ts'
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

const mailboxesCommands: readonly Command[] = [
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

const appAccessCommands: readonly Command[] = [
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

const groupsCommands: readonly Command[] = [
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

const roleGroupsCommands: readonly Command[] = [
  addRoleGroupMember,
  getRoleGroupMember,
  getRoleGroup,
  newRoleGroup,
  removeRoleGroupMember,
  removeRoleGroup,
  setRoleGroup,
]

const permissionsCommands: readonly Command[] = [
  addMailboxPermission,
  addRecipientPermission,
  getMailboxPermission,
  getRecipientPermission,
  removeMailboxPermission,
  removeRecipientPermission,
]

const servicePrincipalsCommands: readonly Command[] = [
  getServicePrincipal,
  newServicePrincipal,
  removeServicePrincipal,
  setServicePrincipal,
]

const organizationCommands: readonly Command[] = [
  getOrganizationConfig,
  getTransportConfig,
  setOrganizationConfig,
  setTransportConfig,
]

const authenticationPoliciesCommands: readonly Command[] = [
  getAuthenticationPolicy,
  newAuthenticationPolicy,
  removeAuthenticationPolicy,
  setAuthenticationPolicy,
]

const rolesCommands: readonly Command[] = [getManagementRoleEntry, getManagementRole]

const recipientsCommands: readonly Command[] = [getRecipient]

const peopleCommands: readonly Command[] = [getUser, setUser]

const messageTraceCommands: readonly Command[] = [getMessageTraceDetailV2, getMessageTraceV2, getMessageTrace]

const domainsCommands: readonly Command[] = [getAcceptedDomain]

const auditCommands: readonly Command[] = [searchUnifiedAuditLog]

/** Every Exchange cmdlet that runs here. */
export const commands: readonly Command[] = [
  ...appAccessCommands,
  ...auditCommands,
  ...authenticationPoliciesCommands,
  ...domainsCommands,
  ...groupsCommands,
  ...mailboxesCommands,
  ...messageTraceCommands,
  ...organizationCommands,
  ...peopleCommands,
  ...permissionsCommands,
  ...recipientsCommands,
  ...roleGroupsCommands,
  ...rolesCommands,
  ...servicePrincipalsCommands,
]
