import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { choices, text } from '../parameter-type.ts'
import { mailboxColumns } from './columns.ts'
import { recipientTypes } from './recipient-types.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getMailbox = exchangeCmdlet({
  name: 'Get-Mailbox',
  synopsis: 'Shows a mailbox, or the mailboxes there are.',
  parameters: {
    Identity: optional(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Anr: optional(text, 'Mailboxes whose name, display name, alias or address begins with this.'),
    RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: mailboxColumns,
  names: 'Identity',
})
