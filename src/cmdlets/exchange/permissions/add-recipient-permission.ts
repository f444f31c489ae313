import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { choices, switched, text } from '../../parameter-type.ts'
import { userMeaning } from './access-rights.ts'
import { recipientPermissionColumns } from '../columns.ts'

export const addRecipientPermission = exchangeCmdlet({
  name: 'Add-RecipientPermission',
  synopsis: 'Lets somebody send as a mailbox, which FullAccess does not.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    AccessRights: mandatory(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: mandatory(text, userMeaning),
    Deny: optional(switched, 'Takes the right away, whatever else grants it; a switch of our own.'),
  },
  columns: recipientPermissionColumns,
  confirms: true,
})
