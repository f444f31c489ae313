import type { Cmdlet } from './cmdlet.ts'
import { connectExchangeOnline, disconnectExchangeOnline, getConnectionInformation } from './connection.ts'
import { exchangeCmdlets } from './exchange/index.ts'
import { exoCmdlets } from './exo/exo-cmdlets.ts'
import {
  addMgApplicationKey,
  addMgApplicationPassword,
  getMgApplication,
  getMgApplicationOwner,
  newMgApplication,
  newMgApplicationOwnerByRef,
  removeMgApplication,
  removeMgApplicationKey,
  removeMgApplicationOwnerByRef,
  removeMgApplicationPassword,
  updateMgApplication,
} from './graph/applications.ts'
import {
  getMgApplicationFederatedIdentityCredential,
  newMgApplicationFederatedIdentityCredential,
  removeMgApplicationFederatedIdentityCredential,
  updateMgApplicationFederatedIdentityCredential,
} from './graph/federated-identity-credentials.ts'
import { getMgAuditLogDirectoryAudit, getMgAuditLogSignIn } from './graph/audit-logs.ts'
import {
  getMgDirectoryRole,
  getMgDirectoryRoleMember,
  getMgDirectoryRoleTemplate,
  getMgRoleManagementDirectoryRoleAssignment,
  getMgRoleManagementDirectoryRoleDefinition,
  getMgServicePrincipalMemberOf,
  getMgUserMemberOf,
  newMgDirectoryRoleMemberByRef,
  newMgRoleManagementDirectoryRoleAssignment,
  removeMgDirectoryRoleMemberByRef,
  removeMgRoleManagementDirectoryRoleAssignment,
} from './graph/directory-roles.ts'
import {
  confirmMgDomain,
  getMgDomain,
  getMgDomainVerificationDnsRecord,
  newMgDomain,
  removeMgDomain,
  updateMgDomain,
} from './graph/domains.ts'
import { getMgOrganization } from './graph/organization.ts'
import {
  getMgOauth2PermissionGrant,
  getMgServicePrincipalOauth2PermissionGrant,
  getMgUserOauth2PermissionGrant,
  newMgOauth2PermissionGrant,
  removeMgOauth2PermissionGrant,
  updateMgOauth2PermissionGrant,
} from './graph/oauth2-permission-grants.ts'
import {
  getMgServicePrincipalAppRoleAssignedTo,
  getMgServicePrincipalAppRoleAssignment,
  getMgUserAppRoleAssignment,
  newMgServicePrincipalAppRoleAssignedTo,
  newMgServicePrincipalAppRoleAssignment,
  newMgUserAppRoleAssignment,
  removeMgServicePrincipalAppRoleAssignedTo,
  removeMgServicePrincipalAppRoleAssignment,
  removeMgUserAppRoleAssignment,
} from './graph/app-role-assignments.ts'
import {
  getMgServicePrincipal,
  newMgServicePrincipal,
  removeMgServicePrincipal,
  updateMgServicePrincipal,
} from './graph/service-principals.ts'
import { getMgUser, newMgUser, removeMgUser, revokeMgUserSignInSession, updateMgUser } from './graph/users.ts'
import {
  enableOwnBasicAuth,
  getBasicAuthReport,
  getBasicAuthRetirementPlan,
  newBasicAuthRetirementPlan,
  removeBasicAuthRetirementPlan,
  setBasicAuthRetirementPlan,
  testBasicAuthRetirementPlan,
} from './postern/basic-auth.ts'
import { getExpiringCredential, newTenant } from './postern/tenants.ts'
import { getSigningKey, newSigningKey, removeSigningKey } from './postern/signing-keys.ts'

/** Every cmdlet. Help, the command line and the services read this one table. */
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
  confirmMgDomain,
  getMgDomain,
  getMgDomainVerificationDnsRecord,
  newMgDomain,
  removeMgDomain,
  updateMgDomain,
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
