import type { MailboxId } from '../../core/ids.ts'
import { type Reason, refuse } from '../../core/refusal.ts'
import { type NewMessage, type Quota, SEEN } from '../mail/types.ts'
import type { Delivery } from '../mail/store-types.ts'
import { domainOf, type ResolvedRecipient } from './address-book.ts'
import { deliveryReport, failureReport, type Undelivered } from './delivery-report.ts'
import { traceDelivered, traceLocal } from './message-trace-records.ts'
import { type Destinations, resolveRecipients } from './resolve-recipients.ts'
import { type OpenedSender, type SendPermission, sendPermissionFor } from './send-as.ts'
import { storedMessage, traceFields } from './stored-message.ts'
import { named, readSubmittedMessage, type SubmittedMessage } from './submitted-message.ts'
import type { TransportOptions } from './options.ts'
import type { Restriction, Submission, SubmissionResult } from './types.ts'

/** Whether a mailbox has room for a message of so many octets, which then is taken. */
type QuotaReservation = (mailbox: MailboxId, octets: number) => boolean

/** One submission is one write: the recipients' copies, the sender's own, and the reports. */
export async function submit(
  deps: TransportOptions,
  sender: OpenedSender,
  submission: Submission,
): Promise<SubmissionResult> {
  const { own: mailbox, account = mailbox, mailbox: handle } = sender
  const { primarySmtpAddress: primary, mailFlow } = mailbox
  const octets = submission.bytes.length
  refuseBeyondLimits(mailbox, submission)
  const letter = readSubmittedMessage(submission.bytes)
  const from = submission.from || account.primarySmtpAddress
  const standings = await standingsOf(deps, sender, [submission.from, ...(saysFrom(letter) ? [] : [from])], letter)
  const authors = standings.map(({ of }) => of)
  const found = await resolveRecipients(deps.directory, submission.recipients, { from: authors, octets })
  const keepers = keepersOf(standings)
  if (mailFlow.copiesSubmitted ?? submission.saveSent) keepers.add(handle.id)
  const quotas = await deps.mail.quotas(new Set([...found.mailboxes.keys(), ...keepers, handle.id]))
  const { used } = quotas.get(handle.id)!
  if (used.octets >= (mailFlow.sendQuota ?? Number.POSITIVE_INFINITY)) hinder('sender-quota', primary)

  const at = deps.world.now()
  const id = deps.world.guid()
  const own = {
    date: at,
    from,
    sender: standings.some(({ how }) => how === 'on-behalf') ? account.primarySmtpAddress : undefined,
    messageId: `<${id}@${domainOf(primary)}>`,
  }
  const room = quotaReservation(quotas)
  const letterTo = newMessage(
    storedMessage(letter, { own, trace: traceFields(submission, { id, at }), hidesBcc: true }),
  )
  const { deliveries, undelivered } = deliveriesTo(found, letterTo, room)
  const [first] = undelivered
  if (first && deliveries.length === 0 && submission.refusesUndelivered) hinder(first.why, first.address)
  const copies =
    keepers.size > 0 ? copiesFor(keepers, storedMessage(letter, { own, trace: '', hidesBcc: false }), room) : []
  if (keepers.has(handle.id) && !copies.some((copy) => copy.mailbox === handle.id)) hinder('sender-full', primary)
  const ids = [deps.world.guid(), deps.world.guid()] as const
  const due = reportsOn(submission, letter, undelivered, { ids, at, primary })
  const reports = due.filter((report) => room(handle.id, report.length))
  // It would be nowhere, and nobody would know.
  if (first && deliveries.length === 0 && reports.length < due.length) hinder(first.why, first.address)
  await deps.mail.deliver(
    [
      ...deliveries,
      ...copies,
      ...reports.map((report) => ({ mailbox: handle.id, to: 'inbox', message: newMessage(report) }) as const),
    ],
    handle.revoked,
  )

  const counts = { recipients: deliveries.length, undelivered: undelivered.length }
  deps.log.info({ submission: id, ...counts, octets }, 'A message was delivered')
  const messageId = letter.messageId ?? own.messageId
  traceDelivered(deps, mailbox, submission, {
    traceId: id,
    at,
    messageId,
    subject: letter.subject,
    undelivered,
    delivered: deliveries.map((delivery) => found.mailboxes.get(delivery.mailbox)!.mailbox),
  })
  for (const bytes of reports) traceLocal(deps, mailbox, { bytes, at })
  return { messageId }
}

function refuseBeyondLimits(
  { mailFlow, primarySmtpAddress: primary }: ResolvedRecipient,
  { bytes, recipients }: Submission,
): void {
  const { maxSend = Number.POSITIVE_INFINITY, recipientLimit = Number.POSITIVE_INFINITY } = mailFlow
  if (bytes.length > maxSend) hinder('sender-size', primary)
  if (recipients.length > recipientLimit) hinder('sender-recipients', primary)
}

/** Returns the copies for mailboxes that keep sent mail and have room for it. */
function copiesFor(keepers: ReadonlySet<MailboxId>, bytes: Buffer, room: QuotaReservation): readonly Delivery[] {
  const message = newMessage(bytes, SEEN)
  return [...keepers]
    .filter((keeper) => room(keeper, bytes.length))
    .map((keeper) => ({ mailbox: keeper, to: '\\Sent', message }))
}

/** Returns the reports to the sender about delivered and undelivered recipients. */
function reportsOn(
  submission: Submission,
  letter: SubmittedMessage,
  undelivered: readonly Undelivered[],
  { ids, at, primary }: { readonly ids: readonly [string, string]; readonly at: number; readonly primary: string },
): readonly Buffer[] {
  const failed = new Set(undelivered.map(({ recipient }) => recipient))
  const delivered = submission.recipients.filter((recipient) => !failed.has(recipient))
  return [
    deliveryReport(submission, letter, { id: ids[0], at, primary, delivered }),
    failureReport(submission, letter, { id: ids[1], at, primary, undelivered }),
  ].filter((report) => report !== undefined)
}

/** Returns the deliveries to the mailboxes that have room. */
function deliveriesTo({ mailboxes, undelivered: refused }: Destinations, message: NewMessage, room: QuotaReservation) {
  const deliveries: Delivery[] = []
  const undelivered = [...refused]
  for (const [id, { mailbox, recipients }] of mailboxes) {
    if (room(id, message.bytes.length)) deliveries.push({ mailbox: id, to: 'inbox', message })
    else {
      for (const recipient of recipients) {
        undelivered.push({ recipient, address: mailbox.primarySmtpAddress, why: 'recipient-full' })
      }
    }
  }
  return { deliveries, undelivered }
}

const restrictions = {
  'sender-quota': ['over-quota', 'is over its quota for sending'],
  'sender-full': ['over-quota', 'has no space left for sent messages'],
  'sender-size': ['too-big', 'may not send a message of this size'],
  'sender-recipients': ['over-quota', 'may not send to so many recipients'],
  'recipient-full': ['over-quota', 'is full'],
  'recipient-size': ['too-big', 'does not accept a message of this size'],
  'group-inside': ['not-allowed', 'accepts mail only from its own organization'],
  'mailbox-inside': ['not-allowed', 'accepts mail only from its own organization'],
  'group-unlisted': ['not-allowed', 'accepts mail only from listed senders'],
  'mailbox-unlisted': ['not-allowed', 'accepts mail only from listed senders'],
  'recipient-rejects': ['not-allowed', 'does not accept mail from you'],
} as const satisfies Record<Restriction, readonly [Reason, string]>

function hinder(why: Restriction, mailbox: string): never {
  const [reason, words] = restrictions[why]
  return refuse(reason, `${mailbox} ${words}`, { why, mailbox })
}

const newMessage = (bytes: Buffer, system = 0): NewMessage => ({ bytes, flags: { system, keywords: [] } })

const saysFrom = ({ fields }: SubmittedMessage): boolean => fields.some(named('from'))

/**
 * RFC 6409 §6.1: a message is from the mailbox that sends it, or from one as which or on whose behalf it may send, in
 * its envelope and in its header, wherever that names an author. The null path is nobody's. Who really sent it is in
 * Sender (RFC 5322 §3.6.2), and so nobody is named there on whose behalf it is. Nor is anybody of this server named who
 * did not write it where a reader may take them for the author: Python's takes a name that is an address for one.
 */
async function standingsOf(
  { directory }: TransportOptions,
  sender: OpenedSender,
  given: readonly string[],
  { authors, senders, mentioned }: SubmittedMessage,
): Promise<readonly SendPermission[]> {
  const standings: SendPermission[] = []
  for (const address of new Set([...given.filter((it) => it !== ''), ...authors])) {
    const standing = await sendPermissionFor(directory, sender, address)
    if (standing && !(standing.how === 'on-behalf' && senders.includes(address))) standings.push(standing)
    else refuseForeign(sender, address)
  }
  for (const address of mentioned) {
    if (!(await directory.tenants.find(domainOf(address)))) continue
    const standing = await sendPermissionFor(directory, sender, address)
    if (!standing || standing.how === 'on-behalf') refuseForeign(sender, address)
  }
  return standings
}

function refuseForeign({ own: { primarySmtpAddress: mailbox } }: OpenedSender, address: string): never {
  return refuse('not-allowed', `${mailbox} may not send as ${address}`, { mailbox, from: address })
}

/** docs/reference/exchange-admin.md §3.2: those who want to have what others send in their name. */
const keepersOf = (standings: readonly SendPermission[]) =>
  new Set(
    standings
      .filter(
        ({ how, of: { mailFlow } }) =>
          (how === 'send-as' && mailFlow.copiesSentAs) || (how === 'on-behalf' && mailFlow.copiesOnBehalf),
      )
      .map(({ of }) => of.id),
  )

/** As of now: the write looks again, since others write too. */
function quotaReservation(quotas: ReadonlyMap<MailboxId, Quota>): QuotaReservation {
  const used = new Map([...quotas].map(([mailbox, quota]) => [mailbox, quota.used]))
  return (mailbox, octets) => {
    const { limits } = quotas.get(mailbox)!
    const before = used.get(mailbox)!
    const after = { octets: before.octets + octets, messages: before.messages + 1 }
    const fits =
      after.octets <= (limits.octets ?? Number.POSITIVE_INFINITY) &&
      after.messages <= (limits.messages ?? Number.POSITIVE_INFINITY)
    if (fits) used.set(mailbox, after)
    return fits
  }
}
