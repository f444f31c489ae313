import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, integer, text, texts } from '../parameter-type.ts'
import { span, traceColumns, traceDetailColumns, traceParameters } from './message-trace/trace-parameters.ts'

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
