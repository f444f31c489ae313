/** Example command lines for the most common tasks, without `postern`, quoted for a POSIX shell; by cmdlet. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  'Add-DistributionGroupMember': ['Add-DistributionGroupMember Robots -Member ada@contoso.test'],
  'Add-MailboxPermission': [
    'Add-MailboxPermission info@contoso.test -User <Identity of Get-ServicePrincipal> -AccessRights FullAccess',
    'Add-MailboxPermission info@contoso.test -User ada@contoso.test -AccessRights FullAccess,ReadPermission',
  ],
  'Add-MgApplicationPassword': ['Add-MgApplicationPassword -ApplicationId <id of Get-MgApplication>'],
  'Add-RecipientPermission': [
    'Add-RecipientPermission info@contoso.test -Trustee ada@contoso.test -AccessRights SendAs -Confirm:false',
  ],
  'Get-BasicAuthReport': ['Get-BasicAuthReport --json'],
  'Get-CASMailbox': ["Get-CASMailbox -Filter 'ImapEnabled -eq $true' -ResultSize Unlimited"],
  'Get-Mailbox': [
    'Get-Mailbox info@contoso.test --json',
    "Get-Mailbox 'sales*' -RecipientTypeDetails SharedMailbox",
    'Get-Mailbox -Filter "WhenCreated -ge \'2026-11-01\' -and IsShared -eq \\$true" -SortBy DisplayName -ResultSize Unlimited',
  ],
  'Get-MailboxPermission': ['Get-MailboxPermission info@contoso.test'],
  'Get-MessageTraceV2': ['Get-MessageTraceV2 -RecipientAddress info@contoso.test -Status Failed'],
  'New-ApplicationAccessPolicy': [
    "New-ApplicationAccessPolicy -AppId <appId> -PolicyScopeGroupId robots@contoso.test -AccessRight RestrictAccess -Description 'To its own mailboxes'",
  ],
  'New-AuthenticationPolicy': ["New-AuthenticationPolicy -Name 'No passwords'"],
  'New-DistributionGroup': [
    'New-DistributionGroup -Name Robots -Type Security -Members info@contoso.test,ada@contoso.test',
  ],
  'New-Mailbox': [
    'New-Mailbox -Shared -Name Info -PrimarySmtpAddress info@contoso.test',
    'New-Mailbox -Name ada -MicrosoftOnlineServicesID ada@contoso.test -Password @-',
  ],
  'New-ManagementRoleAssignment': [
    "New-ManagementRoleAssignment -Role 'Application Mail.Read' -App <appId> -CustomResourceScope Robots",
  ],
  'New-AcceptedDomain': ['New-AcceptedDomain -Name Fabrikam -DomainName fabrikam.com'],
  'Set-AcceptedDomain': ['Set-AcceptedDomain fabrikam.com -MakeDefault true'],
  'New-MgDomain': ['New-MgDomain -Id fabrikam.com'],
  'Confirm-MgDomain': ['Confirm-MgDomain -DomainId fabrikam.com'],
  'Update-MgDomain': ['Update-MgDomain -DomainId fabrikam.com -IsDefault'],
  'New-ManagementScope': [
    'New-ManagementScope -Name Robots -RecipientRestrictionFilter "CustomAttribute1 -eq \'robot\'"',
  ],
  'New-MgApplication': ["New-MgApplication -DisplayName 'Mail fetcher'"],
  'New-ServicePrincipal': [
    'New-ServicePrincipal -AppId <appId> -ObjectId <id of Get-MgServicePrincipal, the Enterprise application>',
  ],
  'Remove-Mailbox': ['Remove-Mailbox info@contoso.test -Confirm:false'],
  'Remove-MailboxPermission': [
    'Remove-MailboxPermission info@contoso.test -User ada@contoso.test -AccessRights FullAccess -Confirm:false',
  ],
  'Search-UnifiedAuditLog': [
    'Search-UnifiedAuditLog -StartDate 2026-11-01 -EndDate 2026-12-01 -Operations Add-MailboxPermission -ResultSize 5000',
  ],
  'Set-CASMailbox': ['Set-CASMailbox info@contoso.test -ImapEnabled true -PopEnabled false'],
  'Set-Mailbox': [
    'Set-Mailbox info@contoso.test -EmailAddresses \'@{add="help@contoso.test"; remove="old@contoso.test"}\'',
    'Set-Mailbox info@contoso.test -ProhibitSendReceiveQuota 10GB -CustomAttribute1 robot',
  ],
  'Set-OrganizationConfig': ["Set-OrganizationConfig -DefaultAuthenticationPolicy 'No passwords'"],
  'Set-TransportConfig': ['Set-TransportConfig -SmtpClientAuthenticationDisabled false'],
  'Set-User': ["Set-User ada@contoso.test -AuthenticationPolicy 'No passwords'"],
  'Test-ServicePrincipalAuthorization': ['Test-ServicePrincipalAuthorization <appId> -Resource info@contoso.test'],
  'Undo-SoftDeletedMailbox': ['Undo-SoftDeletedMailbox info@contoso.test'],
}
