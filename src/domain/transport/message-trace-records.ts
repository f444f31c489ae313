import type { MailboxId, TenantId } from '../../core/ids.ts'
import { Refusal } from '../../core/refusal.ts'
import type { MessageTrace } from '../audit/message-trace.ts'
import { type ResolvedRecipient, domainOf } from './address-book.ts'
import { type SubmittedMessage, readSubmittedMessage } from './submitted-message.ts'
import type { TransportOptions } from './options.ts'
import type { Declined, Recipient, Submission, Trace } from './types.ts'
import { diagnoses, type Undelivered } from './delivery-report.ts'

type Deps = Pick<TransportOptions, 'traces' | 'world'>
type TracedOutcome = Pick<MessageTrace, 'recipient' | 'status' | 'why'>

interface Outcome extends Pick<MessageTrace, 'traceId' | 'at' | 'messageId' | 'subject'> {
  readonly delivered: readonly ResolvedRecipient[]
  readonly undelivered: readonly Undelivered[]
}

/**
 * docs/reference/exchange-admin.md §8: what became of a message at each of its recipients. A group was expanded, and so
 * its members have it; a mailbox that forwards and keeps nothing has handed it on.
 */
export function traceDelivered(
  { traces }: Deps,
  { tenant: own }: ResolvedRecipient,
  { from, trace, bytes, recipients }: Submission,
  { delivered, undelivered, ...letter }: Outcome,
): void {
  const about = { ...letter, ...originOf(from, trace), octets: bytes.length }
  const all = [
    ...ofAddressed(recipients, { delivered, undelivered }),
    ...ofOthers(recipients, { delivered, undelivered }),
  ]
  // An administrator sees mail into the own tenant and its recipients elsewhere, but not members of groups elsewhere.
  for (const tenant of new Set([own, ...all.map((it) => it.tenant)])) {
    const theirs = all.filter((it) => it.tenant === tenant || (tenant === own && it.addressed))
    traces.record(
      tenant,
      theirs.map(({ told }) => ({ ...about, ...told })),
    )
  }
}

type Became = Pick<Outcome, 'delivered' | 'undelivered'>
interface ToldIn {
  readonly tenant: TenantId
  /** Whether the sender named it. */
  readonly addressed: boolean
  readonly told: TracedOutcome
}

const told = (
  { tenant, addressed }: Pick<ToldIn, 'tenant' | 'addressed'>,
  recipient: string,
  status: TracedOutcome['status'],
  why = '',
): ToldIn => ({
  tenant,
  addressed,
  told: { recipient: recipient.toLowerCase(), status, why },
})

const isItself = (recipient: Recipient, it: Undelivered): boolean =>
  it.recipient === recipient && it.address.toLowerCase() === recipient.address.toLowerCase()

function ofAddressed(recipients: readonly Recipient[], { delivered, undelivered }: Became): readonly ToldIn[] {
  const holders = new Set<MailboxId>(delivered.map(({ id }) => id))
  return recipients.map((recipient) => {
    const { tenant, address } = recipient
    const it = { tenant, addressed: true }
    const failure = undelivered.find((one) => isItself(recipient, one))
    if (failure) return told(it, address, 'Failed', diagnoses[failure.why].reply)
    if (recipient.kind === 'group') return told(it, address, 'Expanded')
    return told(it, address, holders.has(recipient.id) ? 'Delivered' : 'None')
  })
}

/** Those whom it came to through groups and forwarding. */
function ofOthers(recipients: readonly Recipient[], { delivered, undelivered }: Became): readonly ToldIn[] {
  const addressed = new Set<MailboxId>(recipients.flatMap((it) => (it.kind === 'mailbox' ? [it.id] : [])))
  // One can be found through several recipients, and be one itself.
  const others = new Map(undelivered.map((it) => [it.address, it]))
  for (const it of undelivered) if (isItself(it.recipient, it)) others.delete(it.address)
  return [
    ...delivered
      .filter(({ id }) => !addressed.has(id))
      .map(({ tenant, primarySmtpAddress }) => told({ tenant, addressed: false }, primarySmtpAddress, 'Delivered')),
    ...[...others.values()].map(({ recipient, address, why }) =>
      told({ tenant: recipient.tenant, addressed: false }, address, 'Failed', diagnoses[why].reply),
    ),
  ]
}

/** Records a declined message or recipient in the tenant of the sender. */
export function traceDeclined(
  { traces, world }: Deps,
  { tenant }: ResolvedRecipient,
  { from, trace, bytes, recipients }: Declined,
  words: string,
): void {
  const letter = bytes.length > 0 ? readable(bytes) : undefined
  const about = {
    ...originOf(from, trace),
    traceId: world.guid(),
    at: world.now(),
    messageId: letter?.messageId ?? '',
    subject: letter?.subject ?? '',
    octets: bytes.length,
  }
  traces.record(
    tenant,
    recipients.map((address) => ({ ...about, recipient: address.toLowerCase(), status: 'Failed', why: words })),
  )
}

/** Undefined for a header that cannot be read, which may be why the message was not taken. */
function readable(bytes: Buffer): SubmittedMessage | undefined {
  try {
    return readSubmittedMessage(bytes)
  } catch (thrown) {
    if (thrown instanceof Refusal) return undefined
    throw thrown
  }
}

/** Of the server itself, a notice or a report: it never was on the way, and nobody is told if it does not come. */
export function traceLocal(
  { traces, world }: Deps,
  { tenant, primarySmtpAddress: primary }: ResolvedRecipient,
  { bytes, at }: { readonly bytes: Buffer; readonly at: number },
): void {
  const { messageId = '', subject } = readSubmittedMessage(bytes)
  const letter = { traceId: world.guid(), at, messageId, subject, octets: bytes.length }
  const way = originOf('', { client: '', peer: '', by: domainOf(primary), protocol: 'local' })
  traces.record(tenant, [{ ...letter, ...way, recipient: primary.toLowerCase(), status: 'Delivered', why: '' }])
}

const originOf = (sender: string, { peer, by, protocol }: Trace) => ({
  sender: sender === '' ? '<>' : sender.toLowerCase(),
  from: peer,
  by,
  protocol,
})
