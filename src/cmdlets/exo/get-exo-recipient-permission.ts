import { exoCmdlet, optional } from '../cmdlet.ts'
import { recipientPermissionColumns } from '../exchange/columns.ts'
import { resultSize, resultSizeMeaning } from '../exchange/result-size.ts'
import { text } from '../parameter-type.ts'
import { entityPath, manyEntities } from './request.ts'

export const getExoRecipientPermission = exoCmdlet({
  name: 'Get-EXORecipientPermission',
  synopsis: 'Shows who may send as a mailbox, or as any mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox; every mailbox when absent.', { position: 0 }),
    Trustee: optional(text, 'Only the permissions of this account.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: recipientPermissionColumns,
  call: ({ Identity, Trustee, ResultSize }) =>
    manyEntities(
      Identity === undefined ? '/RecipientPermission' : `${entityPath('Recipient', Identity)}/RecipientPermission`,
      ResultSize,
      { query: { Trustee } },
    ),
})
