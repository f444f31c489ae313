import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

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
