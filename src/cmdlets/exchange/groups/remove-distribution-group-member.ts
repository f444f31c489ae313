import { commandLine } from '../../../core/command-line.ts'
import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { groupIdentity } from './group-identity.ts'

export const removeDistributionGroupMember = exchangeCmdlet({
  name: 'Remove-DistributionGroupMember',
  synopsis: 'Takes a mailbox or a group out of a group.',
  parameters: {
    Identity: groupIdentity,
    Member: mandatory(text, 'The mailbox or the group.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, Member }) => commandLine('Add-DistributionGroupMember', { Identity, Member }),
})
