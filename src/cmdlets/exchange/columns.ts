export const mailboxColumns = [
  'Name',
  'Alias',
  'PrimarySmtpAddress',
  'RecipientTypeDetails',
  'ExternalDirectoryObjectId',
]
export const permissionColumns = ['Identity', 'User', 'AccessRights', 'IsInherited', 'Deny']
export const authenticationPolicyColumns = ['Name', 'AllowBasicAuthImap', 'AllowBasicAuthPop', 'AllowBasicAuthSmtp']
export const servicePrincipalColumns = ['DisplayName', 'ObjectId', 'AppId']
export const groupColumns = ['Name', 'DisplayName', 'GroupType', 'PrimarySmtpAddress']
export const recipientPermissionColumns = ['Identity', 'Trustee', 'AccessControlType', 'AccessRights', 'IsInherited']
