import { line, parameter, quoted } from '../../core/command-line.ts'
import type { Guid, TenantId } from '../../core/ids.ts'
import type { BasicProtocol } from '../../domain/directory/types.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'

/** Lets the command run without a terminal on which it could ask for confirmation. */
const unasked = '-Confirm:$false'

export const fetchToken = (
  tenant: TenantId | undefined,
  appId: string | undefined,
  audience = exchangeOnline.identifiers[0]!,
): string =>
  line(
    'token',
    ...(tenant ? ['--tenant', tenant] : []),
    '--client-id',
    appId ?? 'CLIENT-ID',
    '--client-secret-file',
    'SECRET-FILE',
    '--scope',
    `${audience}/.default`,
  )

export const grantAppRole = (principal: string, resource: Guid, appRoleId: Guid): string =>
  line(
    'New-MgServicePrincipalAppRoleAssignment',
    parameter('ServicePrincipalId', principal),
    parameter('PrincipalId', principal),
    parameter('ResourceId', resource),
    parameter('AppRoleId', appRoleId),
  )

export const assignDirectoryRole = (principal: string, template: string): string =>
  line(
    'New-MgRoleManagementDirectoryRoleAssignment',
    parameter('PrincipalId', principal),
    parameter('RoleDefinitionId', template),
    parameter('DirectoryScopeId', '/'),
  )

/** Lets an app use a delegated permission for one user. */
export const grantScope = (on: { client: string; user: string; resource: string; scope: string }): string =>
  line(
    'New-MgOauth2PermissionGrant',
    parameter('ClientId', on.client),
    parameter('ConsentType', 'Principal'),
    parameter('PrincipalId', on.user),
    parameter('ResourceId', on.resource),
    parameter('Scope', on.scope),
  )

export const widenScopes = (consent: string, scopes: readonly string[]): string =>
  line(
    'Update-MgOauth2PermissionGrant',
    parameter('OAuth2PermissionGrantId', consent),
    parameter('Scope', scopes.join(' ')),
  )

export const registerApp = (displayName: string): string =>
  line('New-MgApplication', parameter('DisplayName', displayName))

export const addSecret = (app: string): string => line('Add-MgApplicationPassword', parameter('ApplicationId', app))

export const showApp = (app: string): string => line('Get-MgApplication', parameter('ApplicationId', app))

export const listApps = (): string => line('Get-MgApplication')

export const replaceCertificates = (app: string): string =>
  line('Update-MgApplication', parameter('ApplicationId', app), '-KeyCredentials @CERTIFICATES.json')

export const allowPublicClient = (app: string, allow: boolean): string =>
  line('Update-MgApplication', parameter('ApplicationId', app), parameter('IsFallbackPublicClient', String(allow)))

export const openToOtherTenants = (app: string): string =>
  line('Update-MgApplication', parameter('ApplicationId', app), parameter('SignInAudience', 'AzureADMultipleOrgs'))

export const listFederatedCredentials = (app: string): string =>
  line('Get-MgApplicationFederatedIdentityCredential', parameter('ApplicationId', app))

export const listPrincipals = (): string => line('Get-MgServicePrincipal')

export const consentForEverybody = (client: Guid, resource: Guid, scopes: readonly string[]): string =>
  line(
    'New-MgOauth2PermissionGrant',
    parameter('ClientId', client),
    parameter('ConsentType', 'AllPrincipals'),
    parameter('ResourceId', resource),
    parameter('Scope', scopes.join(' ')),
  )

export const listUsers = (): string => line('Get-MgUser')

export const enableUser = (user: Guid): string =>
  line('Update-MgUser', parameter('UserId', user), parameter('AccountEnabled', 'true'))

export const replacePassword = (user: Guid): string =>
  line('Update-MgUser', parameter('UserId', user), '-PasswordProfile @PASSWORD.json')

/** Lets users without an assignment use an app that requires one. */
export const allowUnassignedUsers = (principal: Guid): string =>
  line(
    'Update-MgServicePrincipal',
    parameter('ServicePrincipalId', principal),
    parameter('AppRoleAssignmentRequired', 'false'),
  )

export const addPrincipal = (appId: string): string => line('New-MgServicePrincipal', parameter('AppId', appId))

export const enablePrincipal = (principal: Guid): string =>
  line('Update-MgServicePrincipal', parameter('ServicePrincipalId', principal), '-AccountEnabled')

export const addExchangePrincipal = (appId: string, objectId: string): string =>
  line('New-ServicePrincipal', parameter('AppId', appId), parameter('ObjectId', objectId))

export const removeExchangePrincipal = (guid: Guid): string =>
  line('Remove-ServicePrincipal', parameter('Identity', guid), unasked)

export const addMailbox = (name: string, address: string): string =>
  line('New-Mailbox', '-Shared', parameter('Name', name), parameter('PrimarySmtpAddress', address))

export const enableMailbox = (user: string): string => line('Enable-Mailbox', parameter('Identity', user))

export const undoRemoval = (guid: Guid): string => line('Undo-SoftDeletedMailbox', parameter('SoftDeletedObject', guid))

export const listMailboxes = (): string => line('Get-Mailbox')

export const allowBasic = (policy: string, protocol: BasicProtocol): string =>
  line('Set-AuthenticationPolicy', parameter('Identity', policy), `-AllowBasicAuth${protocol}`)

export const enableBasicAgain = (protocol: BasicProtocol): string =>
  line('Set-BasicAuthRetirementPlan', parameter('ReEnable', protocol))

export const changeRetirement = (change: Readonly<Record<string, string>>): string =>
  line('Set-BasicAuthRetirementPlan', ...Object.entries(change).map(([name, value]) => parameter(name, value)))

export const removeRetirement = (): string => line('Remove-BasicAuthRetirementPlan', unasked)

export const reportBasicAuth = (mailbox?: string): string =>
  line('report', 'basic-auth', ...(mailbox === undefined ? [] : ['--mailbox', quoted(mailbox)]))

export const newPolicy = (name: string, protocol: BasicProtocol): string =>
  line('New-AuthenticationPolicy', parameter('Name', name), `-AllowBasicAuth${protocol}`)

export const assignPolicy = (user: string, policy: string): string =>
  line('Set-User', parameter('Identity', user), parameter('AuthenticationPolicy', policy))

// Not `$true`, which a POSIX shell replaces with nothing.
export const enableProtocol = (address: string, protocolSwitch: 'ImapEnabled' | 'PopEnabled'): string =>
  line('Set-CASMailbox', parameter('Identity', address), parameter(protocolSwitch, 'true'))

export const enableSubmission = (address: string): string =>
  line('Set-CASMailbox', parameter('Identity', address), '-SmtpClientAuthenticationDisabled:false')

export const enableSubmissionForAll = (): string =>
  line('Set-TransportConfig', '-SmtpClientAuthenticationDisabled:false')

export const allowMailbox = (address: string, user: string): string =>
  line('Add-MailboxPermission', ...fullAccess(address, user))

export const addScope = (name: string, filter: string): string =>
  line('New-ManagementScope', parameter('Name', name), parameter('RecipientRestrictionFilter', filter))

export const assignRole = (on: { app: string; role: string; scope: string }): string =>
  line(
    'New-ManagementRoleAssignment',
    parameter('App', on.app),
    parameter('Role', on.role),
    parameter('CustomResourceScope', on.scope),
  )

export const enableAssignment = (name: string): string =>
  line('Set-ManagementRoleAssignment', parameter('Identity', name), parameter('Enabled', 'true'))

export const removePolicy = (identity: string): string =>
  line('Remove-ApplicationAccessPolicy', parameter('Identity', identity), unasked)

export const restrictTo = (appId: string, scope: string): string =>
  line(
    'New-ApplicationAccessPolicy',
    parameter('AppId', appId),
    parameter('AccessRight', 'RestrictAccess'),
    parameter('PolicyScopeGroupId', scope),
  )

export const addGroup = (name: string, member: string): string =>
  line('New-DistributionGroup', parameter('Name', name), parameter('Type', 'Security'), parameter('Members', member))

export const addGroupMember = (group: string, member: string): string =>
  line('Add-DistributionGroupMember', parameter('Identity', group), parameter('Member', member))

export const liftDenial = (address: string, user: Guid): string =>
  line('Remove-MailboxPermission', ...fullAccess(address, user), '-Deny', unasked)

export const allowSendAs = (address: string, trustee: string): string =>
  line('Add-RecipientPermission', ...sendAs(address, trustee))

export const liftSendAsDenial = (address: string, trustee: string): string =>
  line('Remove-RecipientPermission', ...sendAs(address, trustee), '-Deny', unasked)

const sendAs = (address: string, trustee: string): readonly string[] => [
  parameter('Identity', address),
  parameter('Trustee', trustee),
  parameter('AccessRights', 'SendAs'),
]

const fullAccess = (address: string, user: string): readonly string[] => [
  parameter('Identity', address),
  parameter('User', user),
  parameter('AccessRights', 'FullAccess'),
]

const LONGEST = 320

/** Text from a client, made safe for a record and a terminal: without control characters, and cut at a limit. */
export const printable = (text: string): string => {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain
}
