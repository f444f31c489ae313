import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, integer, text, texts } from '../parameter-type.ts'
import { span, traceColumns, traceDetailColumns, traceParameters } from './message-trace/trace-parameters.ts'

export const getMessageTrace = exchangeCmdlet({
  name: 'Get-MessageTrace',
  synopsis: 'Shows what became of messages of the last ten days; Get-MessageTraceV2 has taken its place.',
  parameters: {
    ...traceParameters,
    Page: optional(integer(1, 1000), 'Which page: the first when absent.'),
    PageSize: optional(integer(1, 5000), 'How many on a page: 1000 when absent, 5000 at most.'),
    ProbeTag: optional(text, 'Accepted, without effect.'),
  },
  columns: traceColumns,
})

export const getMessageTraceDetailV2 = exchangeCmdlet({
  name: 'Get-MessageTraceDetailV2',
  synopsis: 'Shows the way of one message to one recipient, and why it failed if it did.',
  parameters: {
    MessageTraceId: mandatory(text, 'The message, as Get-MessageTraceV2 names it.', { position: 0 }),
    RecipientAddress: mandatory(text, 'The recipient.', { position: 1 }),
    ...span,
    Action: optional(texts, 'Only with these actions: none is taken here.'),
    Event: optional(texts, 'Only these events: Receive, Submit, Deliver, Expand, Fail.'),
    MessageId: optional(text, 'Its Message-ID, with angle brackets.'),
    SenderAddress: optional(text, 'Its sender.'),
  },
  columns: traceDetailColumns,
})

const subjectFilters = ['Contains', 'EndsWith', 'StartsWith'] as const

export const getMessageTraceV2 = exchangeCmdlet({
  name: 'Get-MessageTraceV2',
  synopsis: 'Shows what became of messages of the last 90 days, ten days at once, latest first.',
  parameters: {
    ...traceParameters,
    Subject: optional(text, 'Only messages with this in the subject.'),
    SubjectFilterType: optional(choice(subjectFilters), 'Where in the subject that is; all of it when absent.'),
    ResultSize: optional(integer(1, 5000), 'How many at most: 1000 when absent, 5000 at most.'),
    StartingRecipientAddress: optional(
      text,
      'To go on behind the last result: its recipient, while -EndDate is when it was received.',
    ),
  },
  columns: traceColumns,
})
