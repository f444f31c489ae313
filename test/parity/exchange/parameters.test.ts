import { describe, expect, it } from 'vitest'
import { findCmdlet } from '../../../src/cmdlets/index.ts'

const basic =
  'AllowBasicAuthActiveSync AllowBasicAuthAutodiscover AllowBasicAuthImap AllowBasicAuthMapi AllowBasicAuthOfflineAddressBook ' +
  'AllowBasicAuthOutlookService AllowBasicAuthPop AllowBasicAuthPowershell AllowBasicAuthReportingWebServices AllowBasicAuthRpc ' +
  'AllowBasicAuthSmtp AllowBasicAuthWebServices'

/** docs/reference/exchange-admin.md §1 to §8 */
const documented: readonly (readonly [cmdlet: string, parameters: string])[] = [
  ['New-ServicePrincipal', 'AppId ObjectId ServiceId DisplayName Organization'],
  ['Get-ServicePrincipal', 'Identity Organization'],
  ['Set-ServicePrincipal', 'Identity DisplayName OverrideEnforceExoAppRbacPermissions'],
  ['Remove-ServicePrincipal', 'Identity'],
  [
    'Add-MailboxPermission',
    'Identity User AccessRights Owner GroupMailbox AutoMapping InheritanceType Deny IgnoreDefaultScope',
  ],
  [
    'Get-MailboxPermission',
    'Identity User Owner SoftDeletedMailbox IncludeUnresolvedPermissions ' +
      'IncludeUserWithDisplayName IncludeSoftDeletedUserPermissions GroupMailbox ResultSize UseCustomRouting',
  ],
  [
    'Remove-MailboxPermission',
    'Identity User AccessRights Deny InheritanceType ClearAutoMapping ResetDefault Instance SoftDeletedMailbox BypassMasterAccountSid GroupMailbox',
  ],
  ['Add-RecipientPermission', 'Identity AccessRights Trustee'],
  ['Get-RecipientPermission', 'Identity AccessRights Trustee IncludeTrusteeWithPrimarySmtpAddress ResultSize'],
  [
    'Remove-RecipientPermission',
    'Identity AccessRights Trustee Deny MultiTrustees SkipDomainValidationForMailContact SkipDomainValidationForMailUser SkipDomainValidationForSharedMailbox',
  ],
  [
    'New-Mailbox',
    'Name Shared Room Equipment MicrosoftOnlineServicesID Password Alias DisplayName PrimarySmtpAddress FirstName LastName ResetPasswordOnNextLogon Force',
  ],
  [
    'Get-Mailbox',
    'Identity Anr Filter RecipientTypeDetails ResultSize SortBy SoftDeletedMailbox InactiveMailboxOnly IncludeInactiveMailbox Archive PublicFolder GroupMailbox',
  ],
  ['Remove-Mailbox', 'Identity PermanentlyDelete Force'],
  [
    'Set-Mailbox',
    'Identity Type DisplayName EmailAddresses GrantSendOnBehalfTo HiddenFromAddressListsEnabled ForwardingSmtpAddress ForwardingAddress ' +
      'DeliverToMailboxAndForward MessageCopyForSentAsEnabled MessageCopyForSendOnBehalfEnabled MessageCopyForSMTPClientSubmissionEnabled ' +
      'MaxSendSize MaxReceiveSize ProhibitSendQuota ProhibitSendReceiveQuota IssueWarningQuota AuditEnabled LitigationHoldEnabled ' +
      'CustomAttribute1 CustomAttribute15 WindowsEmailAddress',
  ],
  [
    'Set-CASMailbox',
    'Identity ImapEnabled PopEnabled SmtpClientAuthenticationDisabled ActiveSyncEnabled MAPIEnabled OWAEnabled ECPEnabled OutlookMobileEnabled ' +
      'UniversalOutlookEnabled MacOutlookEnabled OneWinNativeOutlookEnabled EwsEnabled EwsAllowList EwsBlockList EwsApplicationAccessPolicy ' +
      'EwsAllowOutlook EwsAllowMacOutlook EwsAllowEntourage ImapUseProtocolDefaults PopUseProtocolDefaults ImapMessagesRetrievalMimeFormat ' +
      'PopMessagesRetrievalMimeFormat ImapForceICalForCalendarRetrievalOption PopForceICalForCalendarRetrievalOption ImapSuppressReadReceipt ' +
      'PopSuppressReadReceipt PublicFolderClientAccess ShowGalAsDefaultView',
  ],
  ['Get-CASMailbox', 'Identity Anr Filter ResultSize RecipientTypeDetails ProtocolSettings SortBy'],
  ['Set-TransportConfig', 'SmtpClientAuthenticationDisabled AllowLegacyTLSClients'],
  ['Get-OrganizationConfig', 'RetrieveEwsOperationAccessPolicy'],
  [
    'Set-OrganizationConfig',
    'OAuth2ClientProfileEnabled DefaultAuthenticationPolicy EwsEnabled EwsAllowedAppIDs EwsApplicationAccessPolicy EwsAllowList EwsBlockList RejectDirectSend',
  ],
  ['New-AuthenticationPolicy', `Name ${basic}`],
  ['Set-AuthenticationPolicy', `Identity ${basic} AllowLegacyExchangeTokens BlockLegacyExchangeTokens TenantId`],
  ['Get-AuthenticationPolicy', 'Identity AllowLegacyExchangeTokens TenantId'],
  ['Remove-AuthenticationPolicy', 'Identity'],
  ['Set-User', 'Identity AuthenticationPolicy STSRefreshTokensValidFrom'],
  ['New-ApplicationAccessPolicy', 'AppId AccessRight PolicyScopeGroupId Description'],
  ['Get-ApplicationAccessPolicy', 'Identity'],
  ['Set-ApplicationAccessPolicy', 'Identity Description'],
  ['Remove-ApplicationAccessPolicy', 'Identity'],
  ['Test-ApplicationAccessPolicy', 'Identity AppId'],
  ['New-ManagementScope', 'Name RecipientRestrictionFilter RecipientRoot Exclusive Force'],
  [
    'New-ManagementRoleAssignment',
    'Name Role App CustomResourceScope RecipientAdministrativeUnitScope RecipientGroupScope',
  ],
  ['Get-ManagementRoleAssignment', 'Identity RoleAssignee'],
  ['Remove-ManagementRoleAssignment', 'Identity'],
  ['Test-ServicePrincipalAuthorization', 'Identity Resource'],
  [
    'Search-UnifiedAuditLog',
    'StartDate EndDate Operations RecordType UserIds FreeText IPAddresses ObjectIds SessionId SessionCommand ResultSize',
  ],
  [
    'Get-MessageTraceV2',
    'StartDate EndDate SenderAddress RecipientAddress MessageId MessageTraceId FromIP ToIP Status Subject SubjectFilterType ResultSize StartingRecipientAddress',
  ],
  ['Get-MessageTrace', 'StartDate EndDate SenderAddress RecipientAddress Status Page PageSize'],
]

/** A parameter by its name, or by an old one. */
const namesOf = (cmdlet: string): readonly string[] =>
  Object.entries(findCmdlet(cmdlet)?.parameters ?? {}).flatMap(([name, { aliases }]) => [name, ...aliases])

describe('a cmdlet', () => {
  it.each(documented)('%s takes the documented parameters', (cmdlet, parameters) => {
    expect(namesOf(cmdlet)).toEqual(expect.arrayContaining(parameters.split(' ')))
  })
})
