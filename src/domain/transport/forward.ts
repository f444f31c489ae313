import type { Guid, MailboxId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { type Addressee, type AddressBook, domainOf } from './address-book.ts'
import { expanded } from './expand.ts'
import { hindranceOf, type Knocking } from './hindrance.ts'
import type { Addressed } from './types.ts'
import type { Undelivered } from './undelivered.ts'

/** Where a message comes to, and what is in the way elsewhere. */
export interface Destinations {
  /** Each mailbox once, with the recipient through which it was found first. */
  readonly mailboxes: ReadonlyMap<MailboxId, { readonly mailbox: Addressee; readonly recipient: Addressed }>
  readonly undelivered: readonly Undelivered[]
}

/**
 * Where a message goes, groups expanded, forwarded where a mailbox says so, and from there on; not to who takes none of
 * that size or of that sender. Refuses `no-such-thing` when a recipient has gone.
 */
export async function destinations(
  directory: AddressBook,
  recipients: readonly Addressed[],
  knocking: Knocking,
): Promise<Destinations> {
  const mailboxes = new Map<MailboxId, { mailbox: Addressee; recipient: Addressed }>()
  const undelivered: Undelivered[] = []
  const started = new Set<MailboxId>()
  for (const recipient of recipients) {
    const { ids, closed } = await addressed(directory, recipient, knocking)
    undelivered.push(...closed.map((it) => ({ ...it, recipient })))
    for (const id of ids) {
      if (started.has(id)) continue
      started.add(id)
      const start = (await directory.mailboxes.byId(id)) ?? refuse('no-such-thing', 'A recipient has gone meanwhile')
      const { reached, closed } = await reachedFrom(directory, start, knocking)
      for (const mailbox of reached) if (!mailboxes.has(mailbox.id)) mailboxes.set(mailbox.id, { mailbox, recipient })
      undelivered.push(...closed.map((it) => ({ ...it, recipient })))
    }
  }
  return { mailboxes, undelivered }
}

const addressed = async (directory: AddressBook, recipient: Addressed, knocking: Knocking) =>
  recipient.kind === 'mailbox' ? { ids: [recipient.id], closed: [] } : expanded(directory, recipient.guid, knocking)

async function reachedFrom(
  directory: AddressBook,
  start: Addressee,
  knocking: Knocking,
): Promise<{ readonly reached: readonly Addressee[]; readonly closed: readonly Omit<Undelivered, 'recipient'>[] }> {
  const reached: Addressee[] = []
  const closed: Omit<Undelivered, 'recipient'>[] = []
  const seen = new Set<MailboxId>([start.id])
  for (const id of seen) {
    const mailbox = await directory.mailboxes.byId(id)
    if (!mailbox) continue
    const { tenant, primarySmtpAddress: address } = mailbox
    const { delivery, keepsForwarded } = mailbox.mailFlow
    const why = await hindranceOf(directory, { kind: 'mailbox', tenant, delivery }, knocking)
    if (why) {
      closed.push({ address, why })
      continue
    }
    const further = await forwardedTo(directory, mailbox)
    if (further.length === 0 || keepsForwarded) reached.push(mailbox)
    // A set that grows while it is walked is walked to its end.
    for (const next of further) seen.add(next)
  }
  // Forwarded in a circle, it is kept nowhere else.
  return reached.length + closed.length > 0 ? { reached, closed } : { reached: [start], closed }
}

async function forwardedTo(directory: AddressBook, { tenant, mailFlow }: Addressee): Promise<readonly MailboxId[]> {
  const { forwardTo, forwardToAddress } = mailFlow
  if (forwardTo !== undefined) {
    const mailbox = await directory.mailboxes.find(tenant, forwardTo)
    return mailbox ? [mailbox.id] : directory.groups.mailboxesIn(forwardTo)
  }
  return forwardToAddress === undefined ? [] : mailboxesAt(directory, forwardToAddress)
}

/** None where nobody has the address, and the message stays. */
async function mailboxesAt(directory: AddressBook, address: string): Promise<readonly MailboxId[]> {
  const tenant = await directory.tenants.find(domainOf(address))
  if (!tenant) return []
  const mailbox = await directory.mailboxes.findByAddress(tenant.id, address)
  if (mailbox) return [mailbox.id]
  const group: { readonly guid: Guid } | undefined = await directory.groups.findByAddress(tenant.id, address)
  return group ? directory.groups.mailboxesIn(group.guid) : []
}
