import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { groupMailboxMeaning, userMeaning } from './access-rights.ts'
import { permissionColumns } from '../columns.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

export const getMailboxPermission = exchangeCmdlet({
  name: 'Get-MailboxPermission',
  synopsis: 'Shows who has which rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, userMeaning),
    Owner: optional(switched, 'Shows to whom the mailbox belongs.'),
    IncludeUnresolvedPermissions: optional(
      switched,
      'Shows the entries of those who are gone for good too, under their SIDs.',
    ),
    IncludeUserWithDisplayName: optional(switched, 'Shows UserDisplayName too: the name that people see.'),
    IncludeSoftDeletedUserPermissions: optional(
      switched,
      'Shows the entries of those too who were removed with their mailbox and can be had back.',
    ),
    UseCustomRouting: optional(switched, 'Accepted, without effect.'),
    SoftDeletedMailbox: optional(
      switched,
      'Means a mailbox that was removed and is kept, with its permissions, which open nothing until it is had back.',
    ),
    GroupMailbox: optional(switched, groupMailboxMeaning),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: permissionColumns,
})
