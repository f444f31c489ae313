import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'

export const getMailboxStatistics = exchangeCmdlet({
  name: 'Get-MailboxStatistics',
  synopsis: 'Shows how much a mailbox holds, and when somebody came into it last.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    IncludeQuarantineDetails: optional(switched, 'Accepted, without effect: no mailbox is quarantined.'),
    UseCustomRouting: optional(switched, 'Accepted, without effect.'),
  },
  columns: ['DisplayName', 'ItemCount', 'TotalItemSize', 'StorageLimitStatus'],
  names: 'Identity',
})
