import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { getMessageTraceV2 as declaration } from '../../../../cmdlets/exchange/message-trace/get-message-trace-v2.ts'
import type { MessageTrace } from '../../../../domain/audit/message-trace.ts'
import { command } from '../../command.ts'
import { narrowingOf } from '../../message-trace/question.ts'
import { spanOf } from '../../message-trace/span.ts'
import { traceOutput } from '../../objects/message-trace.ts'

type Given = ValuesOf<(typeof declaration)['parameters']>

const DEFAULT_SIZE = 1000
/** contract/exchange-admin §8: how many days are looked back. */
const DAYS = 90

export const getMessageTraceV2 = command({
  declaration,
  role: 'Message Tracking',
  async run(context, given) {
    const { traceQueries, tenant, began, again } = context
    const span = spanOf(given, began, DAYS)
    const limit = given.ResultSize ?? DEFAULT_SIZE
    const after = given.StartingRecipientAddress
    const subject = subjectFilter(given)
    const question = { ...span, ...narrowingOf(given), limit, ...(after && { after }), ...(subject && { subject }) }
    const { traces, more } = await traceQueries.ask(tenant.id, question)
    const last = traces.at(-1)
    if (more && last && !again) context.warn(goOn(given, { from: span.from, last, limit }))
    return traces.map((trace) => traceOutput(tenant, trace))
  },
})

const compared = {
  Contains: (subject: string, wanted: string) => subject.includes(wanted),
  EndsWith: (subject: string, wanted: string) => subject.endsWith(wanted),
  StartsWith: (subject: string, wanted: string) => subject.startsWith(wanted),
  whole: (subject: string, wanted: string) => subject === wanted,
} as const

function subjectFilter({ Subject, SubjectFilterType }: Given): ((subject: string) => boolean) | undefined {
  if (Subject === undefined) return undefined
  const fits = compared[SubjectFilterType ?? 'whole']
  return (subject) => fits(subject.toLowerCase(), Subject.toLowerCase())
}

/** Scripts run what stands behind the sentence. */
function goOn(given: Given, { from, last, limit }: { from: number; last: MessageTrace; limit: number }): string {
  const same = (['SenderAddress', 'RecipientAddress', 'MessageId', 'Status'] as const).flatMap((name) =>
    given[name] ? [[name, given[name].map(quoted).join(',')]] : [],
  )
  const alike = (['MessageTraceId', 'FromIP', 'ToIP', 'Subject', 'SubjectFilterType'] as const).flatMap((name) =>
    given[name] === undefined ? [] : [[name, quoted(given[name])]],
  )
  const parameters = [
    ['StartDate', quoted(new Date(from).toISOString())],
    ['EndDate', quoted(new Date(last.at).toISOString())],
    ...same,
    ...alike,
    ['StartingRecipientAddress', quoted(last.recipient)],
    ['ResultSize', String(limit)],
  ]
  const words = parameters.map(([name, value]) => `-${name} ${value}`).join(' ')
  return `There are more results, use the following command to get more. ${declaration.name} ${words}`
}

/** As PowerShell reads it, to which curly quotation marks are straight ones: nothing in it is run or replaced. */
const quoted = (text: string): string => `"${text.replaceAll(/[`"$\u201C-\u201E]/g, '`$&')}"`
