import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { basicSwitches } from './basic-switches.ts'

export const setAuthenticationPolicy = exchangeCmdlet({
  name: 'Set-AuthenticationPolicy',
  synopsis: 'Changes over which protocols those who have a policy may sign in with a password.',
  parameters: {
    Identity: mandatory(text, 'The policy: its name or its Guid.', { position: 0 }),
    ...basicSwitches,
    AllowLegacyExchangeTokens: optional(
      switched,
      'Whether add-ins may ask for legacy Exchange tokens, which are none here.',
    ),
    BlockLegacyExchangeTokens: optional(switched, 'That they may not.'),
    TenantId: optional(text, 'Accepted, without effect.'),
  },
  columns: [],
})
