import type { Guid } from '../../core/ids.ts'
import type { Delivery } from '../directory/types.ts'
import type { ResolvedRecipient, AddressBook } from './address-book.ts'
import type { Undelivered } from './undelivered.ts'

/** A message on its way. */
export interface SenderInQuestion {
  /** Whom it is from. */
  readonly from: readonly ResolvedRecipient[]
  readonly octets: number
}

interface Door {
  readonly kind: 'mailbox' | 'group'
  readonly tenant: ResolvedRecipient['tenant']
  readonly delivery: Delivery
}

/** contract/exchange-admin §3.2: why a mailbox or a group does not take a message; undefined where it does. */
export async function deliveryRestriction(
  directory: AddressBook,
  { kind, tenant, delivery }: Door,
  { from, octets }: SenderInQuestion,
): Promise<Undelivered['why'] | undefined> {
  const { fromInside, accepts, rejects, maxReceive = Number.POSITIVE_INFINITY } = delivery
  if (fromInside && from.some((sender) => sender.tenant !== tenant)) return `${kind}-inside`
  for (const sender of from) {
    if (await isAmong(directory, rejects, sender)) return 'recipient-rejects'
    if (accepts.length > 0 && !(await isAmong(directory, accepts, sender))) return `${kind}-unlisted`
  }
  return octets > maxReceive ? 'recipient-size' : undefined
}

/** Whether a mailbox is listed, or is in a group that is. */
async function isAmong(
  { groups }: AddressBook,
  listed: readonly Guid[],
  { externalDirectoryObjectId: user }: ResolvedRecipient,
): Promise<boolean> {
  if (listed.includes(user)) return true
  for (const group of listed) if (await groups.holds(group, user)) return true
  return false
}
