import { exoCmdlet, optional } from '../cmdlet.ts'
import { broadTypes, detailedTypes } from '../exchange/recipients/recipient-types.ts'
import { choices, switched } from '../parameter-type.ts'
import { chosenProperties, propertyParameters } from './property-sets.ts'
import { entityPath, keyOf, listing, manyEntities, naming, oneEntity } from './request.ts'

export const getExoRecipient = exoCmdlet({
  name: 'Get-EXORecipient',
  synopsis: 'Shows a recipient, or those there are, with the properties that are asked for.',
  parameters: {
    ...naming,
    ...listing,
    RecipientType: optional(choices(broadTypes), 'Only recipients of these types.'),
    RecipientTypeDetails: optional(choices(detailedTypes), 'Only recipients of these kinds.'),
    IncludeSoftDeletedRecipients: optional(switched, 'Mailboxes too that were removed and are kept, for 30 days.'),
    ...propertyParameters('Recipient'),
  },
  columns: ['Name', 'RecipientType', 'RecipientTypeDetails', 'ExternalDirectoryObjectId'],
  names: 'Identity',
  call(given) {
    const { Anr, Filter, RecipientType, RecipientTypeDetails, IncludeSoftDeletedRecipients } = given
    const select = chosenProperties('Recipient', given)
    const key = keyOf(given)
    if (key !== undefined) return oneEntity(entityPath('Recipient', key), { select })
    const query = { Anr, Filter, RecipientType, RecipientTypeDetails, IncludeSoftDeletedRecipients }
    return manyEntities('/Recipient', given.ResultSize, { select, query })
  },
})
