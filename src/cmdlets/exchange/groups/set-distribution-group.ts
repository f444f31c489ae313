import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { boolean, switched, text } from '../../parameter-type.ts'
import { listChange } from '../list-change.ts'
import { groupDelivery, groupLimits, senderLists } from '../delivery-parameters.ts'
import { groupIdentity } from './group-identity.ts'

export const setDistributionGroup = exchangeCmdlet({
  name: 'Set-DistributionGroup',
  synopsis: 'Changes what a group is called, its addresses, and whose mail it takes.',
  parameters: {
    Identity: groupIdentity,
    Name: optional(text, 'The name of the group in the directory.'),
    Alias: optional(text, 'A name of its own, unlike any other recipient has.'),
    DisplayName: optional(text, 'The name that people see.'),
    PrimarySmtpAddress: optional(text, 'The address; the old one stays one of its addresses.', {
      aliases: ['WindowsEmailAddress'],
    }),
    EmailAddresses: optional(
      listChange,
      'Its addresses: all of them, or what comes and goes. SMTP: in capitals marks the primary one.',
    ),
    HiddenFromAddressListsEnabled: optional(boolean, 'Whether address lists leave it out: kept and shown.'),
    ...groupDelivery,
    ...senderLists,
    ...groupLimits,
    BypassSecurityGroupManagerCheck: optional(switched, 'Accepted, without effect: groups have no managers.'),
    ForceUpgrade: optional(switched, 'Accepted, without effect.'),
  },
  columns: [],
})
