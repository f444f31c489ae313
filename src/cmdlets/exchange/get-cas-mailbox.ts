import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { choices, text } from '../parameter-type.ts'
import { recipientTypes } from './recipient-types.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getCasMailbox = exchangeCmdlet({
  name: 'Get-CASMailbox',
  synopsis: 'Shows which protocols are open for a mailbox, or for every mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox.', { position: 0 }),
    Anr: optional(text, 'Mailboxes whose name, display name, alias or address begins with this.'),
    RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'PrimarySmtpAddress', 'ImapEnabled', 'PopEnabled'],
  names: 'Identity',
})
