import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { mailboxColumns } from '../columns.ts'

export const enableMailbox = exchangeCmdlet({
  name: 'Enable-Mailbox',
  synopsis: 'Gives a user who has none a mailbox: the one that Disable-Mailbox took within 30 days, or a new one.',
  parameters: {
    Identity: mandatory(text, 'The user: userPrincipalName or id.', { position: 0 }),
    Alias: optional(text, "A name of its own, for a new one; the user's mail nickname when absent."),
    PrimarySmtpAddress: optional(text, 'The address of a new one; the user principal name when absent.'),
    Force: optional(switched, 'Accepted, without effect: nothing is asked.'),
  },
  columns: mailboxColumns,
})
