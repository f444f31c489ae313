import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { userMeaning } from './access-rights.ts'
import { permissionColumns } from '../columns.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

export const getMailboxPermission = exchangeCmdlet({
  name: 'Get-MailboxPermission',
  synopsis: 'Shows who has which rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, userMeaning),
    Owner: optional(switched, "Shows the mailbox's owner: the account behind it."),
    IncludeUnresolvedPermissions: optional(
      switched,
      'Accepted, without effect: what is removed takes its permissions along.',
    ),
    IncludeUserWithDisplayName: optional(switched, 'Shows UserDisplayName too: the name that people see.'),
    IncludeSoftDeletedUserPermissions: optional(
      switched,
      'Accepted, without effect: what is removed takes its permissions along.',
    ),
    UseCustomRouting: optional(switched, 'Accepted, without effect.'),
    SoftDeletedMailbox: optional(
      switched,
      'A mailbox that was removed and is kept: of its permissions only its own entry is left.',
    ),
    GroupMailbox: optional(switched, 'The mailbox of a group: there is none.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: permissionColumns,
})
