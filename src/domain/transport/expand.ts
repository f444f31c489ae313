import type { Guid, MailboxId } from '../../core/ids.ts'
import type { AddressBook } from './address-book.ts'
import { deliveryRestriction, type SenderInQuestion } from './delivery-restrictions.ts'
import type { Undelivered } from './undelivered.ts'

export interface Expanded {
  readonly ids: readonly MailboxId[]
  /** The groups, itself or some in it, that do not take the message. */
  readonly closed: readonly Pick<Undelivered, 'address' | 'why'>[]
}

/** The mailboxes in a group and in those in it, as far as each takes the message; undefined where there is no such group. */
export async function expanded(
  directory: AddressBook,
  guid: Guid,
  knocking: SenderInQuestion,
): Promise<Expanded | undefined> {
  const groups = await directory.groups.groupsIn(guid)
  const root = groups.find((group) => group.guid === guid)
  if (!root) return undefined
  const atTheDoor = await deliveryRestriction(directory, { ...root, kind: 'group' }, knocking)
  if (atTheDoor) return { ids: [], closed: [{ address: root.primarySmtpAddress, why: atTheDoor }] }
  const closed = new Map<Guid, Pick<Undelivered, 'address' | 'why'>>()
  for (const group of groups) {
    const why = await deliveryRestriction(directory, { ...group, kind: 'group' }, knocking)
    if (why) closed.set(group.guid, { address: group.primarySmtpAddress, why })
  }
  return { ids: await directory.groups.mailboxesIn(guid, [...closed.keys()]), closed: [...closed.values()] }
}
