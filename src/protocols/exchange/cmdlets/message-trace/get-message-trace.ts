import { getMessageTrace as declaration } from '../../../../cmdlets/exchange/message-trace/get-message-trace.ts'
import { command } from '../../command.ts'
import { narrowingOf } from '../../message-trace/question.ts'
import { spanOf } from '../../message-trace/span.ts'
import { traceOutput } from '../../objects/message-trace.ts'
import { wrongParameters } from '../../refusals.ts'

const DEFAULT_SIZE = 1000
const DAYS = 10
/** The pages before are read too. */
const MOST_READ = 100_000

export const getMessageTrace = command({
  declaration,
  role: 'Message Tracking',
  async run({ traceQueries, tenant, began }, given) {
    const span = spanOf(given, began, DAYS)
    const size = given.PageSize ?? DEFAULT_SIZE
    const page = given.Page ?? 1
    if (page * size > MOST_READ) wrongParameters('That page is too far: use smaller StartDate and EndDate intervals.')
    const question = { ...span, ...narrowingOf(given), limit: page * size }
    const { traces } = await traceQueries.ask(tenant.id, question)
    return traces.slice((page - 1) * size, page * size).map((trace, at) => ({
      ...traceOutput(tenant, trace),
      StartDate: new Date(span.from),
      EndDate: new Date(span.until),
      Index: (page - 1) * size + at,
    }))
  },
})
