export const applicationColumns = ['displayName', 'id', 'appId', 'signInAudience']
export const servicePrincipalColumns = ['displayName', 'id', 'appId', 'accountEnabled', 'servicePrincipalType']
export const assignmentColumns = ['id', 'appRoleId', 'principalDisplayName', 'principalId', 'resourceDisplayName']
export const userColumns = ['displayName', 'id', 'mail', 'userPrincipalName']
