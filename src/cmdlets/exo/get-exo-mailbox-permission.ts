import { exoCmdlet, mandatory, optional } from '../cmdlet.ts'
import { permissionColumns } from '../exchange/columns.ts'
import { resultSize, resultSizeMeaning } from '../exchange/result-size.ts'
import { switched, text } from '../parameter-type.ts'
import { entityPath, manyEntities } from './request.ts'

export const getExoMailboxPermission = exoCmdlet({
  name: 'Get-EXOMailboxPermission',
  synopsis: 'Shows who has which rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, 'Only the rights of this account.'),
    Owner: optional(switched, 'Shows to whom the mailbox belongs.'),
    SoftDeletedMailbox: optional(switched, 'The mailbox was removed, and is kept for 30 days.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: permissionColumns,
  call: ({ Identity, User, Owner, SoftDeletedMailbox, ResultSize }) => ({
    ...manyEntities(`${entityPath('Mailbox', Identity)}/MailboxPermission`, ResultSize, {
      query: { User, Owner, SoftDeletedMailbox },
    }),
    unfolds: 'PermissionList',
  }),
})
