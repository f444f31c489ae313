import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { text, texts } from '../../parameter-type.ts'
import { span, traceDetailColumns } from './trace-parameters.ts'

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
