import type { Guid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { AddressBook } from './address-book.ts'
import { hindranceOf, type Knocking } from './hindrance.ts'
import type { RecipientId } from './types.ts'
import type { Undelivered } from './undelivered.ts'

interface Expanded {
  readonly ids: readonly RecipientId[]
  /** The groups, itself or some in it, that do not take the message. */
  readonly closed: readonly Pick<Undelivered, 'address' | 'why'>[]
}

/** The mailboxes in a group and in those in it, as far as each takes the message. Refuses `no-such-thing`. */
export async function expanded(directory: AddressBook, guid: Guid, knocking: Knocking): Promise<Expanded> {
  const groups = await directory.groups.groupsIn(guid)
  const root = groups.find((group) => group.guid === guid) ?? refuse('no-such-thing', 'A recipient has gone meanwhile')
  const atTheDoor = await hindranceOf(directory, { ...root, kind: 'group' }, knocking)
  if (atTheDoor) return { ids: [], closed: [{ address: root.primarySmtpAddress, why: atTheDoor }] }
  const closed = new Map<Guid, Pick<Undelivered, 'address' | 'why'>>()
  for (const group of groups) {
    const why = await hindranceOf(directory, { ...group, kind: 'group' }, knocking)
    if (why) closed.set(group.guid, { address: group.primarySmtpAddress, why })
  }
  const ids = (await directory.groups.mailboxesIn(guid, [...closed.keys()])) as readonly RecipientId[]
  return { ids, closed: [...closed.values()] }
}
