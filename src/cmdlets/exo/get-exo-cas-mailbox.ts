import { exoCmdlet, optional } from '../cmdlet.ts'
import { recipientTypes } from '../exchange/mailboxes/recipient-types.ts'
import { choices, switched } from '../parameter-type.ts'
import { chosenProperties, propertyParameters } from './property-sets.ts'
import { entityPath, keyOf, listing, manyEntities, naming, oneEntity } from './request.ts'

export const getExoCasMailbox = exoCmdlet({
  name: 'Get-EXOCasMailbox',
  synopsis: 'Shows which protocols a mailbox may be opened by, or all of them, with the properties that are asked for.',
  parameters: {
    ...naming,
    ...listing,
    RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
    ProtocolSettings: optional(switched, 'What clients outside are told to use: nothing here.'),
    ...propertyParameters('CasMailbox'),
  },
  columns: ['Name', 'ImapEnabled', 'PopEnabled', 'PrimarySmtpAddress'],
  names: 'Identity',
  call(given) {
    const { Anr, Filter, RecipientTypeDetails, ProtocolSettings } = given
    const select = chosenProperties('CasMailbox', given)
    const key = keyOf(given)
    if (key !== undefined) return oneEntity(entityPath('CasMailbox', key), { select, query: { ProtocolSettings } })
    const query = { Anr, Filter, RecipientTypeDetails, ProtocolSettings }
    return manyEntities('/CasMailbox', given.ResultSize, { select, query })
  },
})
