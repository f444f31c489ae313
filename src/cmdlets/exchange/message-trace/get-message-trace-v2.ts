import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { choice, integer, text } from '../../parameter-type.ts'
import { traceColumns, traceParameters } from './trace-parameters.ts'

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
