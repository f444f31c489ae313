import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { absentKinds, choosing } from '../choosing.ts'
import { mailboxColumns } from '../columns.ts'

export const getMailbox = exchangeCmdlet({
  name: 'Get-Mailbox',
  synopsis: 'Shows a mailbox, or the mailboxes there are.',
  parameters: {
    Identity: optional(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    ...choosing,
    SoftDeletedMailbox: optional(switched, 'Only mailboxes that were removed and are kept, for 30 days.'),
    ...absentKinds,
    InactiveMailboxOnly: optional(switched, 'Only mailboxes that were removed while they were on hold, and are kept.'),
    IncludeInactiveMailbox: optional(switched, 'Those that are inactive too.'),
  },
  columns: mailboxColumns,
  names: 'Identity',
})
