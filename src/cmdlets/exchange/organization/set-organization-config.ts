import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { nullable, text } from '../../parameter-type.ts'
import { organizationParameters } from './organization-parameters.ts'

export const setOrganizationConfig = exchangeCmdlet({
  name: 'Set-OrganizationConfig',
  synopsis: 'Changes what holds for the whole organization.',
  parameters: {
    DefaultAuthenticationPolicy: optional(
      nullable(text),
      'The authentication policy of all users who have none of their own; $null for none.',
    ),
    ...organizationParameters,
  },
  columns: [],
})
