import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { nullable, text } from '../parameter-type.ts'
import { dateTime, resultSize, resultSizeMeaning } from './parameter-types.ts'

export const getUser = exchangeCmdlet({
  name: 'Get-User',
  synopsis: 'Lists the users of Exchange with their authentication policies, or one.',
  parameters: {
    Identity: optional(text, 'The user: userPrincipalName or id.', { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'UserPrincipalName', 'RecipientTypeDetails', 'AuthenticationPolicy'],
  names: 'Identity',
})

export const setUser = exchangeCmdlet({
  name: 'Set-User',
  synopsis: 'Changes a user of Exchange.',
  parameters: {
    Identity: mandatory(text, 'The user: userPrincipalName or id.', { position: 0 }),
    AuthenticationPolicy: optional(
      nullable(text),
      "The authentication policy of the user, which has precedence over the organization's default; $null for none.",
    ),
    DisplayName: optional(text, "The display name, also of the user's mailbox."),
    FirstName: optional(nullable(text), 'The given name.'),
    LastName: optional(nullable(text), 'The family name.'),
    STSRefreshTokensValidFrom: optional(
      dateTime,
      'Ends everything that depends on a sign-in before now, whatever time it names.',
    ),
  },
  columns: [],
})
