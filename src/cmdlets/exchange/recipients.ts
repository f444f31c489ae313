import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { choices, switched, text, texts } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'
import { broadTypes, detailedTypes } from './recipients/recipient-types.ts'

export const getRecipient = exchangeCmdlet({
  name: 'Get-Recipient',
  synopsis: 'Shows a recipient, a mailbox or a group, or those there are.',
  parameters: {
    Identity: optional(text, 'The recipient: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Anr: optional(text, 'Recipients whose name, display name, alias or address begins with this.'),
    Filter: optional(text, "Only recipients whose properties fit, in OPATH: Alias -like 'info*'."),
    RecipientPreviewFilter: optional(
      text,
      'In place of -Identity and -Anr: the mailboxes that a dynamic group with this RecipientFilter would have.',
    ),
    RecipientType: optional(choices(broadTypes), 'Only recipients of these types.'),
    RecipientTypeDetails: optional(choices(detailedTypes), 'Only recipients of these kinds.'),
    IncludeSoftDeletedRecipients: optional(switched, 'Mailboxes too that were removed and are kept, for 30 days.'),
    Properties: optional(texts, 'These are shown too; every property is given.'),
    SortBy: optional(text, 'The property to sort by, from the least to the greatest.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'RecipientType', 'RecipientTypeDetails', 'PrimarySmtpAddress'],
  names: 'Identity',
})
