import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { userMeaning } from './access-rights.ts'
import { permissionColumns } from './columns.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getMailboxPermission = exchangeCmdlet({
  name: 'Get-MailboxPermission',
  synopsis: 'Shows who has which rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, userMeaning),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: permissionColumns,
})
