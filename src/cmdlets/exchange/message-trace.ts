import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, choices, integer, text, texts } from '../parameter-type.ts'
import { dateTime } from './parameter-types.ts'

/** docs/reference/exchange-admin.md §8. Postern uses only the first three, Failed and None. */
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

export const getMessageTrace = exchangeCmdlet({
  name: 'Get-MessageTrace',
  synopsis: 'Shows what happened to messages of the last ten days. Use Get-MessageTraceV2 instead.',
  parameters: {
    ...traceParameters,
    Page: optional(integer(1, 1000), 'The number of the page (default: 1).'),
    PageSize: optional(integer(1, 5000), 'The size of a page (default: 1000; at most 5000).'),
    ProbeTag: optional(text, 'Accepted, without effect.'),
  },
  columns: traceColumns,
})

export const getMessageTraceDetailV2 = exchangeCmdlet({
  name: 'Get-MessageTraceDetailV2',
  synopsis: 'Shows the events of one message for one recipient, and why it failed.',
  parameters: {
    MessageTraceId: mandatory(text, 'The message, as Get-MessageTraceV2 names it.', { position: 0 }),
    RecipientAddress: mandatory(text, 'The recipient.', { position: 1 }),
    ...span,
    Action: optional(texts, 'Only events with these actions; matches nothing.'),
    Event: optional(texts, 'Only these events: Receive, Submit, Deliver, Expand, Fail.'),
    MessageId: optional(text, 'Its Message-ID, with angle brackets.'),
    SenderAddress: optional(text, 'Its sender.'),
  },
  columns: traceDetailColumns,
})

const subjectFilters = ['Contains', 'EndsWith', 'StartsWith'] as const

export const getMessageTraceV2 = exchangeCmdlet({
  name: 'Get-MessageTraceV2',
  synopsis: 'Shows what happened to messages of the last 90 days, newest first; at most ten days in one query.',
  parameters: {
    ...traceParameters,
    Subject: optional(text, 'Only messages with this subject, case-insensitive; -SubjectFilterType compares parts.'),
    SubjectFilterType: optional(choice(subjectFilters), 'How to compare the subject (default: the whole subject).'),
    ResultSize: optional(integer(1, 5000), 'The maximum number of results (default: 1000; at most 5000).'),
    StartingRecipientAddress: optional(
      text,
      'For the next page: the recipient of the last result, with -EndDate as the time at which that message was received.',
    ),
  },
  columns: traceColumns,
})
