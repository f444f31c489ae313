import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { nullable, text } from '../parameter-type.ts'
import { dateTime } from './date-time.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getUser = exchangeCmdlet({
  name: 'Get-User',
  synopsis: 'Shows users as Exchange knows them, with the authentication policy of each.',
  parameters: {
    Identity: optional(text, 'The user: userPrincipalName or id.', { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'UserPrincipalName', 'RecipientTypeDetails', 'AuthenticationPolicy'],
  names: 'Identity',
})

export const setUser = exchangeCmdlet({
  name: 'Set-User',
  synopsis: 'Changes a user as Exchange knows them.',
  parameters: {
    Identity: mandatory(text, 'The user: userPrincipalName or id.', { position: 0 }),
    AuthenticationPolicy: optional(
      nullable(text),
      "The authentication policy of the user, before the organization's default; $null for none.",
    ),
    DisplayName: optional(text, 'The name that people see, of the mailbox behind the user too.'),
    FirstName: optional(nullable(text), 'The given name.'),
    LastName: optional(nullable(text), 'The family name.'),
    STSRefreshTokensValidFrom: optional(
      dateTime,
      'Given at all, it ends what goes back to a sign-in until now, whatever the moment that it names.',
    ),
  },
  columns: [],
})
