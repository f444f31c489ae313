import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { groupIdentity } from './group-identity.ts'

export const addDistributionGroupMember = exchangeCmdlet({
  name: 'Add-DistributionGroupMember',
  synopsis: 'Puts a mailbox or a group into a group.',
  parameters: {
    Identity: groupIdentity,
    Member: mandatory(text, 'The mailbox or the group.'),
  },
  columns: [],
})
