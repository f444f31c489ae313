import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { basicSwitches } from './basic-switches.ts'
import { authenticationPolicyColumns } from '../columns.ts'

export const newAuthenticationPolicy = exchangeCmdlet({
  name: 'New-AuthenticationPolicy',
  synopsis: 'Makes an authentication policy, which lets no password in but over the protocols that are named.',
  parameters: {
    Name: mandatory(text, 'What it is called, in 64 characters or fewer; that stays.', { position: 0 }),
    ...basicSwitches,
    AllowLegacyExchangeTokens: optional(
      switched,
      'Whether add-ins may ask for legacy Exchange tokens, which are none here.',
    ),
  },
  columns: authenticationPolicyColumns,
})
