export const applicationColumns = ['displayName', 'id', 'appId', 'signInAudience']
export const servicePrincipalColumns = ['displayName', 'id', 'appId', 'accountEnabled', 'servicePrincipalType']
export const assignmentColumns = ['id', 'appRoleId', 'principalDisplayName', 'principalId', 'resourceDisplayName']
export const userColumns = ['displayName', 'id', 'mail', 'userPrincipalName']
export const organizationColumns = ['displayName', 'id']
export const domainColumns = ['id', 'isDefault', 'isVerified']
export const dnsRecordColumns = ['recordType', 'label', 'text', 'ttl']
export const federatedColumns = ['name', 'id', 'issuer', 'subject', 'audiences']
export const grantColumns = ['id', 'clientId', 'consentType', 'principalId', 'resourceId', 'scope']
export const directoryRoleColumns = ['displayName', 'id', 'roleTemplateId']
export const roleTemplateColumns = ['displayName', 'id', 'description']
export const memberColumns = ['displayName', 'id']
export const roleAssignmentColumns = ['id', 'principalId', 'roleDefinitionId', 'directoryScopeId']
export const signInColumns = [
  'createdDateTime',
  'id',
  'Actor=userPrincipalName|appDisplayName|appId|posternDecision/user/userPrincipalName|posternDecision/app/appId',
  'Target=posternDecision/mailbox|resourceDisplayName|resourceId',
  'Protocol=posternDecision/protocol|clientAppUsed',
  'ipAddress',
  'Error=status/errorCode',
  'Reason=status/failureReason',
]
export const directoryAuditColumns = [
  'activityDateTime',
  'activityDisplayName',
  'Actor=initiatedBy/user/userPrincipalName|initiatedBy/app/displayName|initiatedBy/user/id|initiatedBy/app/appId',
  'Target=targetResources/0/displayName|targetResources/0/userPrincipalName|targetResources/0/id',
  'result',
  'Reason=resultReason',
  'id',
]
