import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { secret, switched, text } from '../../parameter-type.ts'
import { mailboxColumns } from '../columns.ts'

export const newMailbox = exchangeCmdlet({
  name: 'New-Mailbox',
  synopsis: 'Makes a mailbox, and the user behind it.',
  parameters: {
    Name: mandatory(text, 'The name of the mailbox in the directory.', { position: 0 }),
    Shared: optional(switched, 'A shared mailbox: nobody signs in to it.'),
    Room: optional(switched, 'A mailbox of a room.'),
    Equipment: optional(switched, 'A mailbox of a thing that is shared.'),
    MicrosoftOnlineServicesID: optional(text, "A user's mailbox: the user principal name.", {
      aliases: ['WindowsLiveID'],
    }),
    Password: optional(secret, "The user's password."),
    Alias: optional(text, 'The part before the @ of the first address; made from the name when absent.'),
    DisplayName: optional(text, 'The name that people see; the name when absent.'),
    PrimarySmtpAddress: optional(text, 'The address; alias@default-domain when absent.'),
    FirstName: optional(text, "The user's given name."),
    LastName: optional(text, "The user's family name."),
    ResetPasswordOnNextLogon: optional(
      switched,
      'Accepted, without effect: Update-MgUser -PasswordProfile can ask for a new password.',
    ),
    Force: optional(switched, 'Accepted, without effect: nothing is asked.'),
  },
  columns: mailboxColumns,
})
