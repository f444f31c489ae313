import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { requireSenderAuthentication } from '../delivery-parameters.ts'
import { dynamicGroupColumns, dynamicParameters } from './dynamic-parameters.ts'

export const newDynamicDistributionGroup = exchangeCmdlet({
  name: 'New-DynamicDistributionGroup',
  synopsis: 'Makes a group whose members are whoever fits a filter when mail comes.',
  parameters: {
    Name: mandatory(text, 'The name of the group in the directory.', { position: 0 }),
    ...dynamicParameters,
    Alias: optional(text, 'The part before the @ of the address; made from the name when absent.'),
    DisplayName: optional(text, 'The name that people see; the name when absent.'),
    PrimarySmtpAddress: optional(text, 'The address; alias@default-domain when absent.'),
    RequireSenderAuthenticationEnabled: requireSenderAuthentication,
  },
  columns: dynamicGroupColumns,
})
