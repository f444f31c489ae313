import type { Guid, MailboxId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { type Addressee, type AddressBook, domainOf } from './address-book.ts'
import { type Expanded, expanded } from './expand.ts'
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
 * that size or of whom it is from, which forwarding does not change. Refuses `no-such-thing` when a recipient has gone.
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
      const start = (await directory.mailboxes.byId(id)) ?? refuseGone()
      const { reached, closed } = await reachedFrom(directory, start, knocking)
      for (const mailbox of reached) if (!mailboxes.has(mailbox.id)) mailboxes.set(mailbox.id, { mailbox, recipient })
      undelivered.push(...closed.map((it) => ({ ...it, recipient })))
    }
  }
  return { mailboxes, undelivered }
}

const refuseGone = (): never => refuse('no-such-thing', 'A recipient has gone meanwhile')

const addressed = async (directory: AddressBook, recipient: Addressed, knocking: Knocking): Promise<Expanded> =>
  recipient.kind === 'mailbox'
    ? { ids: [recipient.id], closed: [] }
    : ((await expanded(directory, recipient.guid, knocking)) ?? refuseGone())

async function reachedFrom(
  directory: AddressBook,
  start: Addressee,
  knocking: Knocking,
): Promise<{ readonly reached: readonly Addressee[]; readonly closed: Expanded['closed'] }> {
  const reached: Addressee[] = []
  const closed = new Map<string, Expanded['closed'][number]>()
  const seen = new Set<MailboxId>([start.id])
  for (const id of seen) {
    const mailbox = await directory.mailboxes.byId(id)
    if (!mailbox) continue
    const { tenant, primarySmtpAddress: address } = mailbox
    const { delivery, keepsForwarded } = mailbox.mailFlow
    const why = await hindranceOf(directory, { kind: 'mailbox', tenant, delivery }, knocking)
    if (why) {
      closed.set(address, { address, why })
      continue
    }
    const further = await forwardedTo(directory, mailbox, knocking)
    if (further === nowhere || keepsForwarded) reached.push(mailbox)
    // A set that grows while it is walked is walked to its end.
    for (const next of further.ids) seen.add(next)
    for (const it of further.closed) closed.set(it.address, it)
  }
  // Forwarded in a circle, it is kept nowhere else.
  if (reached.length + closed.size === 0) reached.push(start)
  return { reached, closed: [...closed.values()] }
}

/** Where nobody is to have a message elsewhere, it stays. */
const nowhere: Expanded = { ids: [], closed: [] }

async function forwardedTo(
  directory: AddressBook,
  { tenant, mailFlow }: Addressee,
  knocking: Knocking,
): Promise<Expanded> {
  const { forwardTo, forwardToAddress } = mailFlow
  if (forwardTo !== undefined) {
    const mailbox = await directory.mailboxes.find(tenant, forwardTo)
    return mailbox ? only(mailbox) : inGroup(directory, forwardTo, knocking)
  }
  return forwardToAddress === undefined ? nowhere : at(directory, forwardToAddress, knocking)
}

async function at(directory: AddressBook, address: string, knocking: Knocking): Promise<Expanded> {
  const tenant = await directory.tenants.find(domainOf(address))
  if (!tenant) return nowhere
  const mailbox = await directory.mailboxes.findByAddress(tenant.id, address)
  if (mailbox) return only(mailbox)
  const group = await directory.groups.findByAddress(tenant.id, address)
  return group ? inGroup(directory, group.guid, knocking) : nowhere
}

const only = ({ id }: Addressee): Expanded => ({ ids: [id], closed: [] })

/** contract/exchange-admin §3.2: a group takes what is forwarded to it from those alone from whom it takes mail. */
async function inGroup(directory: AddressBook, guid: Guid, knocking: Knocking): Promise<Expanded> {
  const found = await expanded(directory, guid, knocking)
  return found && found.ids.length + found.closed.length > 0 ? found : nowhere
}
