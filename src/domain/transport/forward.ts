import type { Guid, MailboxId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { type Addressee, type AddressBook, domainOf } from './address-book.ts'
import type { RecipientId } from './types.ts'

/**
 * The mailboxes that a message comes to in the end, each once: where it goes, forwarded where a mailbox says so, and from
 * there on. Refuses `no-such-thing` when one of `ids` has gone, and `too-big` when one of them takes less.
 */
export async function destinations(
  directory: AddressBook,
  ids: readonly RecipientId[],
  octets: number,
): Promise<readonly RecipientId[]> {
  const reached = new Set<MailboxId>()
  for (const id of new Set(ids)) {
    if (!(await directory.mailboxes.byId(id))) refuse('no-such-thing', 'A recipient has gone meanwhile')
    const found = await reachedFrom(directory, id, octets)
    // Forwarded in a circle, it is kept nowhere else.
    for (const mailbox of found.size > 0 ? found : [id]) reached.add(mailbox)
  }
  return [...reached] as RecipientId[]
}

async function reachedFrom(directory: AddressBook, start: MailboxId, octets: number): Promise<ReadonlySet<MailboxId>> {
  const reached = new Set<MailboxId>()
  const seen = new Set<MailboxId>([start])
  for (const id of seen) {
    const mailbox = await directory.mailboxes.byId(id)
    if (!mailbox) continue
    const { maxReceive, keepsForwarded } = mailbox.mailFlow
    if (maxReceive !== undefined && octets > maxReceive) refuse('too-big', 'A recipient takes no message of that size')
    const further = await forwardedTo(directory, mailbox)
    if (further.length === 0 || keepsForwarded) reached.add(id)
    // A set that grows while it is walked is walked to its end.
    for (const next of further) seen.add(next)
  }
  return reached
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
