import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { assignmentColumns, resourceScopes } from './app-access.ts'

export const newManagementRoleAssignment = exchangeCmdlet({
  name: 'New-ManagementRoleAssignment',
  synopsis: 'Assigns a role to an app, over the mailboxes of a scope or over all of them.',
  parameters: {
    Name: optional(text, 'The name of the assignment; made of the role and the app when absent.', { position: 0 }),
    Role: mandatory(
      text,
      "The role, such as 'Application Mail.Read' or 'Application SMTP.SendAsApp'. There is none for IMAP4 and POP3.",
    ),
    App: mandatory(text, 'A service principal that Exchange is aware of: its ObjectId, AppId or display name.'),
    ...resourceScopes,
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: assignmentColumns,
})
