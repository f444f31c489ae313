import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { switched, text } from '../parameter-type.ts'
import { basicSwitches } from './authentication-policies/basic-switches.ts'
import { authenticationPolicyColumns } from './columns.ts'

export const getAuthenticationPolicy = exchangeCmdlet({
  name: 'Get-AuthenticationPolicy',
  synopsis: 'Shows over which protocols passwords are let in, by one policy or by each.',
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
  synopsis: 'Makes an authentication policy, which lets no password in but over the protocols that are named.',
  parameters: {
    Name: mandatory(text, 'What it is called, in 64 characters or fewer; that stays.', { position: 0 }),
    ...basicSwitches,
    AllowLegacyExchangeTokens: optional(switched, 'Whether add-ins may request legacy Exchange tokens; has no effect.'),
  },
  columns: authenticationPolicyColumns,
})

export const removeAuthenticationPolicy = exchangeCmdlet({
  name: 'Remove-AuthenticationPolicy',
  synopsis: 'Removes an authentication policy that nobody has.',
  parameters: {
    Identity: mandatory(text, 'The policy: its name or its Guid.', { position: 0 }),
  },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-AuthenticationPolicy; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setAuthenticationPolicy = exchangeCmdlet({
  name: 'Set-AuthenticationPolicy',
  synopsis: 'Changes over which protocols those who have a policy may sign in with a password.',
  parameters: {
    Identity: mandatory(text, 'The policy: its name or its Guid.', { position: 0 }),
    ...basicSwitches,
    AllowLegacyExchangeTokens: optional(switched, 'Whether add-ins may request legacy Exchange tokens; has no effect.'),
    BlockLegacyExchangeTokens: optional(switched, 'That they may not.'),
    TenantId: optional(text, 'Accepted, without effect.'),
  },
  columns: [],
})
