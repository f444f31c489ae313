import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { switched, text } from '../parameter-type.ts'

export const removeMailbox = exchangeCmdlet({
  name: 'Remove-Mailbox',
  synopsis: 'Removes a mailbox, the user behind it, and all of its mail.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    PermanentlyDelete: optional(switched, 'Accepted, without effect: the mail is gone at once.'),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
  confirms: true,
})
