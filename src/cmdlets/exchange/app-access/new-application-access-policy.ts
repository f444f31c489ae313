import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { choice, text, texts } from '../../parameter-type.ts'
import { policyColumns } from './app-access.ts'

export const newApplicationAccessPolicy = exchangeCmdlet({
  name: 'New-ApplicationAccessPolicy',
  synopsis: 'Keeps apps that use Graph to some mailboxes, or off them; IMAP4, POP3 and SMTP ask no policy.',
  parameters: {
    AppId: mandatory(texts, 'Client ids of the apps, or * for every app.'),
    AccessRight: mandatory(
      choice(['RestrictAccess', 'DenyAccess']),
      'RestrictAccess: the apps open these mailboxes and no others. DenyAccess: all but these.',
    ),
    PolicyScopeGroupId: mandatory(
      text,
      'The mailboxes: a mail-enabled security group or the mailbox of a user. A shared mailbox is taken as the member of a group.',
    ),
    Description: optional(text, 'A text of your own.'),
  },
  columns: policyColumns,
})
