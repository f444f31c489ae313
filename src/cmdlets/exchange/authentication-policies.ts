import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { switched, text } from '../parameter-type.ts'
import { authenticationPolicyColumns } from './columns.ts'

const over = (protocol: string) => optional(switched, `Allows passwords over ${protocol}.`)

/** docs/reference/exchange-admin.md §4: the protocols of an authentication policy. */
export const basicSwitches = {
  AllowBasicAuthActiveSync: over('Exchange ActiveSync'),
  AllowBasicAuthAutodiscover: over('Autodiscover'),
  AllowBasicAuthImap: over('IMAP4'),
  AllowBasicAuthMapi: over('MAPI over HTTP'),
  AllowBasicAuthOfflineAddressBook: over('offline address book downloads'),
  AllowBasicAuthOutlookService: over('the Outlook service for mail and calendar apps'),
  AllowBasicAuthPop: over('POP3'),
  AllowBasicAuthPowershell: over('remote PowerShell'),
  AllowBasicAuthReportingWebServices: over('reporting web services'),
  AllowBasicAuthRpc: over('Outlook Anywhere (RPC over HTTP)'),
  AllowBasicAuthSmtp: over('authenticated SMTP'),
  AllowBasicAuthWebServices: over('Exchange Web Services'),
} as const

export const getAuthenticationPolicy = exchangeCmdlet({
  name: 'Get-AuthenticationPolicy',
  synopsis: 'Lists authentication policies, or one: the protocols over which a policy allows passwords.',
  parameters: {
    Identity: optional(text, 'The policy: its name or its Guid.', { position: 0 }),
    AllowLegacyExchangeTokens: optional(switched, 'Only policies that allow legacy Exchange tokens.'),
    TenantId: optional(text, 'Accepted, without effect.'),
  },
  columns: authenticationPolicyColumns,
  names: 'Identity',
})

export const newAuthenticationPolicy = exchangeCmdlet({
  name: 'New-AuthenticationPolicy',
  synopsis: 'Creates an authentication policy. It allows passwords only over the named protocols.',
  parameters: {
    Name: mandatory(text, 'Its name: at most 64 characters; it cannot be changed.', { position: 0 }),
    ...basicSwitches,
    AllowLegacyExchangeTokens: optional(switched, 'Whether add-ins may request legacy Exchange tokens; has no effect.'),
  },
  columns: authenticationPolicyColumns,
})

export const removeAuthenticationPolicy = exchangeCmdlet({
  name: 'Remove-AuthenticationPolicy',
  synopsis: 'Removes an authentication policy that is assigned to nobody.',
  parameters: {
    Identity: mandatory(text, 'The policy: its name or its Guid.', { position: 0 }),
  },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-AuthenticationPolicy; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setAuthenticationPolicy = exchangeCmdlet({
  name: 'Set-AuthenticationPolicy',
  synopsis: 'Changes the protocols over which an authentication policy allows passwords.',
  parameters: {
    Identity: mandatory(text, 'The policy: its name or its Guid.', { position: 0 }),
    ...basicSwitches,
    AllowLegacyExchangeTokens: optional(switched, 'Whether add-ins may request legacy Exchange tokens; has no effect.'),
    BlockLegacyExchangeTokens: optional(switched, 'Denies them.'),
    TenantId: optional(text, 'Accepted, without effect.'),
  },
  columns: [],
})
