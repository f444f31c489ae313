import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { authenticationPolicyColumns } from '../columns.ts'

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
