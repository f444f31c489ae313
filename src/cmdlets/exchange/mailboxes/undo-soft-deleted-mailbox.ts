import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { secret, text } from '../../parameter-type.ts'
import { mailboxColumns } from '../columns.ts'

export const undoSoftDeletedMailbox = exchangeCmdlet({
  name: 'Undo-SoftDeletedMailbox',
  synopsis: 'Brings back a mailbox that was removed, with its mail, its user, and what others were granted on it.',
  parameters: {
    SoftDeletedObject: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Name: optional(text, 'Another name in the directory.'),
    DisplayName: optional(text, 'Another name that people see.'),
    WindowsLiveID: optional(text, 'Another user principal name.', { aliases: ['MicrosoftOnlineServicesID'] }),
    Password: optional(secret, "Another password of the user's."),
  },
  columns: mailboxColumns,
})
