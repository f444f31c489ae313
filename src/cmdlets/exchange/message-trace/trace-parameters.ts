import { optional } from '../../cmdlet.ts'
import { choices, text, texts } from '../../parameter-type.ts'
import { dateTime } from '../date-time.ts'

/** docs/reference/exchange-admin.md §8. Only the first three, Failed and None are given here. */
const deliveryStatuses = [
  'Delivered',
  'Expanded',
  'Failed',
  'None',
  'Pending',
  'Quarantined',
  'FilteredAsSpam',
  'GettingStatus',
] as const

export const span = {
  StartDate: optional(dateTime, 'The start, in UTC (default: 48 hours before the end).'),
  EndDate: optional(dateTime, 'The end, in UTC (default: now).'),
} as const

export const traceParameters = {
  ...span,
  SenderAddress: optional(texts, 'Only messages from these addresses; * matches anything: *@contoso.com.'),
  RecipientAddress: optional(texts, 'Only messages to these addresses; * matches anything.'),
  MessageId: optional(texts, 'Only messages with these Message-IDs, with their angle brackets.'),
  MessageTraceId: optional(text, 'Only the message with this id, a GUID.'),
  FromIP: optional(text, 'Only messages that came from this address.'),
  ToIP: optional(text, 'Only messages that went to this address of another server; matches no message.'),
  Status: optional(choices(deliveryStatuses), 'Only messages with these results.'),
} as const

export const traceColumns = ['Received', 'SenderAddress', 'RecipientAddress', 'Subject', 'Status']
export const traceDetailColumns = ['Date', 'Event', 'Detail']
