import { exoCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { chosenProperties, propertyParameters } from './property-sets.ts'
import { entityPath, oneEntity } from './request.ts'

export const getExoMailboxStatistics = exoCmdlet({
  name: 'Get-EXOMailboxStatistics',
  synopsis: 'Shows how much a mailbox holds, with the properties that are asked for.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    ...propertyParameters('MailboxStatistics'),
  },
  columns: ['DisplayName', 'ItemCount', 'TotalItemSize'],
  names: 'Identity',
  call: (given) =>
    oneEntity(`${entityPath('Mailbox', given.Identity)}/Exchange.GetMailboxStatistics()`, {
      select: chosenProperties('MailboxStatistics', given),
    }),
})
