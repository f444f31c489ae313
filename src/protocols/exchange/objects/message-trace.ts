import type { DeliveryStatus, MessageTrace } from '../../../domain/audit/message-trace.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import { domainOf } from './metadata.ts'
import type { Output } from './output.ts'

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

interface Event {
  readonly name: string
  readonly detail: string
}

const event = (name: string, detail: string): Event => ({ name, detail })

const arrived = ({ by }: MessageTrace): readonly Event[] => [
  event('Receive', `Message received by: ${by}`),
  event('Submit', 'The message was submitted.'),
]

const expanded = 'The message was sent to a distribution list (DL) that was expanded to the recipients of the DL.'

/** The way of a message, from its arrival on; of one that never came, only the end. */
const ways: Readonly<Record<DeliveryStatus, (trace: MessageTrace) => readonly Event[]>> = {
  Delivered: (trace) => [...arrived(trace), event('Deliver', 'The message was successfully delivered.')],
  Expanded: (trace) => [...arrived(trace), event('Expand DL', expanded)],
  None: (trace) => [...arrived(trace), event('Redirect', 'The message was sent to another recipient.')],
  Failed: (trace) => [
    ...(trace.octets > 0 ? arrived(trace).slice(0, 1) : []),
    event('Fail', `Reason: [{LED=${trace.why}};{MSG=};{FQDN=};{IP=};{LRT=}]`),
  ],
}

export const traceDetailOutputs = (tenant: Tenant, trace: MessageTrace): readonly Output[] =>
  ways[trace.status](trace).map(({ name, detail }) => ({
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
