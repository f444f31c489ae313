import { exoCmdlet, optional } from '../cmdlet.ts'
import { mailboxColumns } from '../exchange/columns.ts'
import { recipientTypes } from '../exchange/mailboxes/recipient-types.ts'
import { choices, switched } from '../parameter-type.ts'
import { chosenProperties, propertyParameters } from './property-sets.ts'
import { entityPath, keyOf, listing, manyEntities, naming, oneEntity } from './request.ts'

export const getExoMailbox = exoCmdlet({
  name: 'Get-EXOMailbox',
  synopsis: 'Shows a mailbox, or the mailboxes there are, with the properties that are asked for.',
  parameters: {
    ...naming,
    ...listing,
    RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
    SoftDeletedMailbox: optional(switched, 'Only mailboxes that were removed and are kept, for 30 days.'),
    ...propertyParameters('Mailbox'),
  },
  columns: mailboxColumns,
  names: 'Identity',
  call(given) {
    const { Anr, Filter, RecipientTypeDetails, SoftDeletedMailbox } = given
    const select = chosenProperties('Mailbox', given)
    const key = keyOf(given)
    if (key !== undefined) return oneEntity(entityPath('Mailbox', key), { select, query: { SoftDeletedMailbox } })
    const query = { Anr, Filter, RecipientTypeDetails, SoftDeletedMailbox }
    return manyEntities('/Mailbox', given.ResultSize, { select, query })
  },
})
