import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { choices, switched, text } from '../../parameter-type.ts'
import { userMeaning } from './access-rights.ts'
import { recipientPermissionColumns } from '../columns.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

export const getRecipientPermission = exchangeCmdlet({
  name: 'Get-RecipientPermission',
  synopsis: 'Shows who may send as a mailbox, or as any mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox; every mailbox when absent.', { position: 0 }),
    AccessRights: optional(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: optional(text, userMeaning),
    IncludeTrusteeWithPrimarySmtpAddress: optional(
      switched,
      "Tells the trustee's primary address as well (seen with --json).",
    ),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: recipientPermissionColumns,
})
