import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { byteQuantity } from './byte-quantity.ts'

export const setMailbox = exchangeCmdlet({
  name: 'Set-Mailbox',
  synopsis: 'Changes the name that people see of a mailbox, and what it may hold.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    DisplayName: optional(text, 'The name that people see.'),
    ProhibitSendReceiveQuota: optional(
      byteQuantity,
      'What it may hold: a size such as 50GB, or Unlimited for what the setting mail.quota says.',
    ),
  },
  columns: [],
})
