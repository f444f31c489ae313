export const applicationColumns = ['displayName', 'id', 'appId', 'signInAudience']
export const servicePrincipalColumns = ['displayName', 'id', 'appId', 'accountEnabled', 'servicePrincipalType']
export const assignmentColumns = ['id', 'appRoleId', 'principalDisplayName', 'principalId', 'resourceDisplayName']
export const userColumns = ['displayName', 'id', 'mail', 'userPrincipalName']
export const organizationColumns = ['displayName', 'id']
export const domainColumns = ['id', 'isDefault', 'isVerified']
export const federatedColumns = ['name', 'id', 'issuer', 'subject', 'audiences']
export const grantColumns = ['id', 'clientId', 'consentType', 'principalId', 'resourceId', 'scope']
export const directoryRoleColumns = ['displayName', 'id', 'roleTemplateId']
export const roleTemplateColumns = ['displayName', 'id', 'description']
export const memberColumns = ['displayName', 'id']
export const roleAssignmentColumns = ['id', 'principalId', 'roleDefinitionId', 'directoryScopeId']
export const signInColumns = [
  'createdDateTime',
  'id',
  'appDisplayName',
  'userPrincipalName',
  'clientAppUsed',
  'ipAddress',
  'status/errorCode',
]
export const directoryAuditColumns = ['activityDateTime', 'id', 'activityDisplayName', 'result']
