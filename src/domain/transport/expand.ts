import type { Guid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { Addressee, AddressBook, AddressedGroup } from './address-book.ts'
import type { RecipientId } from './types.ts'
import type { Undelivered } from './undelivered.ts'

/** A message on its way to a group. */
export interface Knocking {
  /** Whom it is from. */
  readonly from: readonly Addressee[]
  readonly octets: number
}

interface Expanded {
  readonly ids: readonly RecipientId[]
  /** The groups, itself or some in it, that do not take the message. */
  readonly closed: readonly Pick<Undelivered, 'address' | 'why'>[]
}

/** The mailboxes in a group and in those in it, as far as each takes the message. Refuses `no-such-thing`. */
export async function expanded(directory: AddressBook, guid: Guid, knocking: Knocking): Promise<Expanded> {
  const groups = await directory.groups.groupsIn(guid)
  const root = groups.find((group) => group.guid === guid) ?? refuse('no-such-thing', 'A recipient has gone meanwhile')
  const atTheDoor = await hindranceOf(directory, root, knocking)
  if (atTheDoor) return { ids: [], closed: [{ address: root.primarySmtpAddress, why: atTheDoor }] }
  const closed = new Map<Guid, Pick<Undelivered, 'address' | 'why'>>()
  for (const group of groups) {
    const why = await hindranceOf(directory, group, knocking)
    if (why) closed.set(group.guid, { address: group.primarySmtpAddress, why })
  }
  const ids = (await directory.groups.mailboxesIn(guid, [...closed.keys()])) as readonly RecipientId[]
  return { ids, closed: [...closed.values()] }
}

/** contract/exchange-admin §3.2 has the same for mailboxes. */
async function hindranceOf(
  directory: AddressBook,
  { tenant, delivery }: AddressedGroup,
  { from, octets }: Knocking,
): Promise<Undelivered['why'] | undefined> {
  if (delivery.fromInside && from.some((sender) => sender.tenant !== tenant)) return 'recipient-inside'
  for (const sender of from) {
    if (await isAmong(directory, delivery.rejects, sender)) return 'recipient-rejects'
    if (delivery.accepts.length > 0 && !(await isAmong(directory, delivery.accepts, sender))) {
      return 'recipient-unlisted'
    }
  }
  return octets > (delivery.maxReceive ?? Number.POSITIVE_INFINITY) ? 'recipient-size' : undefined
}

/** Whether a mailbox is listed, or is in a group that is. */
async function isAmong(
  { groups }: AddressBook,
  listed: readonly Guid[],
  { externalDirectoryObjectId: user }: Addressee,
): Promise<boolean> {
  if (listed.includes(user)) return true
  for (const group of listed) if (await groups.holds(group, user)) return true
  return false
}
