import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { nullable, text } from '../parameter-type.ts'

export const setUser = exchangeCmdlet({
  name: 'Set-User',
  synopsis: 'Changes a user as Exchange knows them.',
  parameters: {
    Identity: mandatory(text, 'The user: userPrincipalName or id.', { position: 0 }),
    AuthenticationPolicy: optional(
      nullable(text),
      "The authentication policy of the user, before the organization's default; $null for none.",
    ),
  },
  columns: [],
})
