import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { integer, text } from '../../parameter-type.ts'
import { traceColumns, traceParameters } from './trace-parameters.ts'

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
