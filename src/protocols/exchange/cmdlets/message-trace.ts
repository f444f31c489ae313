import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import * as declared from '../../../cmdlets/exchange/message-trace.ts'
import { isoDateTime } from '../../../core/time.ts'
import type { DeliveryStatus, MessageTrace } from '../../../domain/audit/message-trace.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import { command } from '../command.ts'
import { narrowingOf, spanOf, traceIdOf } from '../message-trace/trace-filter.ts'
import { domainOf, type Output } from '../objects/output.ts'
import { wrongParameters } from '../failure.ts'

interface Event {
  readonly name: string
  readonly detail: string
}

const DEFAULT_SIZE = 1000
const DAYS = 10
/** The pages before are read too. */
const MOST_READ = 100_000

export const getMessageTrace = command({
  declaration: declared.getMessageTrace,
  role: 'Message Tracking',
  async run({ traceQueries, tenant, began }, given) {
    const span = spanOf(given, began, DAYS)
    const size = given.PageSize ?? DEFAULT_SIZE
    const page = given.Page ?? 1
    if (page * size > MOST_READ) wrongParameters('That page is too far: use smaller StartDate and EndDate intervals.')
    const request = { ...span, ...narrowingOf(given), limit: page * size }
    const { traces } = await traceQueries.ask(tenant.id, request)
    return traces.slice((page - 1) * size, page * size).map((trace, at) => ({
      ...traceOutput(tenant, trace),
      StartDate: new Date(span.from),
      EndDate: new Date(span.until),
      Index: (page - 1) * size + at,
    }))
  },
})

const GET_MESSAGE_TRACE_DETAIL_V2_DAYS = 90

export const getMessageTraceDetailV2 = command({
  declaration: declared.getMessageTraceDetailV2,
  role: 'Message Tracking',
  async run({ traceQueries, tenant, began }, given) {
    const { MessageTraceId, RecipientAddress, MessageId, SenderAddress, Action, Event } = given
    const request = {
      ...spanOf(given, began, GET_MESSAGE_TRACE_DETAIL_V2_DAYS),
      traceId: traceIdOf(MessageTraceId),
      recipients: [RecipientAddress],
      ...(MessageId !== undefined && { messageIds: [MessageId] }),
      ...(SenderAddress !== undefined && { senders: [SenderAddress] }),
      limit: 1,
    }
    const { traces } = await traceQueries.ask(tenant.id, request)
    // docs/reference/exchange-admin.md §8: nothing is done to a message here that would be called an action.
    if (Action) return []
    const requested = Event?.map((name) => name.toLowerCase())
    return traces
      .flatMap((trace) => traceDetailOutputs(tenant, trace))
      .filter(({ Event: name }) => requested?.some((it) => String(name).toLowerCase().startsWith(it)) ?? true)
  },
})

type GetMessageTraceV2Parameters = ValuesOf<(typeof declared.getMessageTraceV2)['parameters']>

/** docs/reference/exchange-admin.md §8: how many days are looked back. */
const GET_MESSAGE_TRACE_V2_DAYS = 90

export const getMessageTraceV2 = command({
  declaration: declared.getMessageTraceV2,
  role: 'Message Tracking',
  async run(context, given) {
    const { traceQueries, tenant, began, again } = context
    const span = spanOf(given, began, GET_MESSAGE_TRACE_V2_DAYS)
    const limit = given.ResultSize ?? DEFAULT_SIZE
    const after = given.StartingRecipientAddress
    const subject = subjectFilter(given)
    const request = { ...span, ...narrowingOf(given), limit, ...(after && { after }), ...(subject && { subject }) }
    const { traces, more } = await traceQueries.ask(tenant.id, request)
    const last = traces.at(-1)
    if (more && last && !again) context.warn(goOn(given, { from: span.from, last, limit }))
    return traces.map((trace) => traceOutput(tenant, trace))
  },
})

const compared = {
  Contains: (subject: string, requested: string) => subject.includes(requested),
  EndsWith: (subject: string, requested: string) => subject.endsWith(requested),
  StartsWith: (subject: string, requested: string) => subject.startsWith(requested),
  whole: (subject: string, requested: string) => subject === requested,
} as const

function subjectFilter({
  Subject,
  SubjectFilterType,
}: GetMessageTraceV2Parameters): ((subject: string) => boolean) | undefined {
  if (Subject === undefined) return undefined
  const fits = compared[SubjectFilterType ?? 'whole']
  return (subject) => fits(subject.toLowerCase(), Subject.toLowerCase())
}

/** Scripts run the command after the sentence. */
function goOn(
  given: GetMessageTraceV2Parameters,
  { from, last, limit }: { from: number; last: MessageTrace; limit: number },
): string {
  const same = (['SenderAddress', 'RecipientAddress', 'MessageId', 'Status'] as const).flatMap((name) =>
    given[name] ? [[name, given[name].map(quoted).join(',')]] : [],
  )
  const alike = (['MessageTraceId', 'FromIP', 'ToIP', 'Subject', 'SubjectFilterType'] as const).flatMap((name) =>
    given[name] === undefined ? [] : [[name, quoted(given[name])]],
  )
  const parameters = [
    ['StartDate', quoted(isoDateTime(from))],
    ['EndDate', quoted(isoDateTime(last.at))],
    ...same,
    ...alike,
    ['StartingRecipientAddress', quoted(last.recipient)],
    ['ResultSize', String(limit)],
  ]
  const words = parameters.map(([name, value]) => `-${name} ${value}`).join(' ')
  return `There are more results, use the following command to get more. ${declared.getMessageTraceV2.name} ${words}`
}

/** As PowerShell reads it, to which curly quotation marks are straight ones: nothing in it is run or replaced. */
const quoted = (text: string): string => `"${text.replaceAll(/[`"$\u201C-\u201E]/g, '`$&')}"`

/** docs/reference/exchange-admin.md §8. Nothing leaves for another server, so there is no address that it went to. */
export const traceOutput = (tenant: Tenant, trace: MessageTrace): Output => ({
  Organization: domainOf(tenant),
  MessageId: trace.messageId,
  Received: new Date(trace.at),
  SenderAddress: trace.sender,
  RecipientAddress: trace.recipient,
  Subject: trace.subject,
  Status: trace.status,
  ToIP: null,
  FromIP: trace.from,
  Size: trace.octets,
  MessageTraceId: trace.traceId,
})

const event = (name: string, detail: string): Event => ({ name, detail })

const arrived = ({ by }: MessageTrace): readonly Event[] => [
  event('Receive', `Message received by: ${by}`),
  event('Submit', 'The message was submitted.'),
]

const expanded = 'The message was sent to a distribution list (DL) that was expanded to the recipients of the DL.'

/** The way of a message, from its arrival on; of one that never came, only the end. */
const eventsOf: Readonly<Record<DeliveryStatus, (trace: MessageTrace) => readonly Event[]>> = {
  Delivered: (trace) => [...arrived(trace), event('Deliver', 'The message was successfully delivered.')],
  Expanded: (trace) => [...arrived(trace), event('Expand DL', expanded)],
  None: (trace) => [...arrived(trace), event('Redirect', 'The message was sent to another recipient.')],
  Failed: (trace) => [
    ...(trace.octets > 0 ? arrived(trace).slice(0, 1) : []),
    event('Fail', `Reason: [{LED=${trace.why}};{MSG=};{FQDN=};{IP=};{LRT=}]`),
  ],
}

export const traceDetailOutputs = (tenant: Tenant, trace: MessageTrace): readonly Output[] =>
  eventsOf[trace.status](trace).map(({ name, detail }) => ({
    Organization: domainOf(tenant),
    MessageId: trace.messageId,
    MessageTraceId: trace.traceId,
    Date: new Date(trace.at),
    Event: name,
    Action: '',
    Detail: detail,
    Data: dataOf(trace),
    SenderAddress: trace.sender,
    RecipientAddress: trace.recipient,
  }))

/** As the real service writes it: a small document in XML. */
const dataOf = ({ from, by, protocol }: MessageTrace): string =>
  `<root>${[
    ['ClientIP', from],
    ['ServerHostName', by],
    ['Protocol', protocol],
  ]
    .map(([name, value]) => `<MEP Name="${name}" String="${escaped(value!)}"/>`)
    .join('')}</root>`

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (it) => entities[it]!)
