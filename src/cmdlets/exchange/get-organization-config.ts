import { exchangeCmdlet } from '../cmdlet.ts'

export const getOrganizationConfig = exchangeCmdlet({
  name: 'Get-OrganizationConfig',
  synopsis: 'Shows what holds for the whole organization.',
  parameters: {},
  columns: ['Name', 'DisplayName', 'DefaultAuthenticationPolicy'],
})
