import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { switched } from '../../parameter-type.ts'

export const getOrganizationConfig = exchangeCmdlet({
  name: 'Get-OrganizationConfig',
  synopsis: 'Shows what holds for the whole organization.',
  parameters: {
    RetrieveEwsOperationAccessPolicy: optional(
      switched,
      'Accepted, without effect: what is known of Exchange Web Services is always told.',
    ),
  },
  columns: ['Name', 'DisplayName', 'DefaultAuthenticationPolicy'],
})
