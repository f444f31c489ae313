import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { boolean, text } from '../../parameter-type.ts'
import { groupIdentity } from './group-identity.ts'

export const setDistributionGroup = exchangeCmdlet({
  name: 'Set-DistributionGroup',
  synopsis: 'Changes what a group is called, and its address.',
  parameters: {
    Identity: groupIdentity,
    Name: optional(text, 'The name of the group in the directory.'),
    Alias: optional(text, 'A name of its own, unlike any other recipient has.'),
    DisplayName: optional(text, 'The name that people see.'),
    PrimarySmtpAddress: optional(text, 'The address; the old one stays one of its addresses.', {
      aliases: ['WindowsEmailAddress'],
    }),
    HiddenFromAddressListsEnabled: optional(boolean, 'Whether address lists leave it out: kept and shown.'),
  },
  columns: [],
})
