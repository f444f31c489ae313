import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, text } from '../parameter-type.ts'

export const setCasMailbox = exchangeCmdlet({
  name: 'Set-CASMailbox',
  synopsis: 'Opens or closes protocols for a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    ImapEnabled: optional(boolean, 'Whether IMAP4 opens the mailbox.'),
    PopEnabled: optional(boolean, 'Whether POP3 opens the mailbox.'),
  },
  columns: [],
})
