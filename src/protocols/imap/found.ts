import type { Uid } from '../../core/ids.ts'
import type { SearchKey } from '../../domain/mail/types.ts'
import type { Searched } from './search-key.ts'
import type { Session } from './session.ts'

/** UIDs of the messages that fit and that the client counts, ascending: what it has not been told of yet is not found. */
export async function foundBy(
  { wire }: Pick<Session, 'wire'>,
  { mailbox, folder, view }: Searched,
  key: SearchKey,
): Promise<readonly Uid[]> {
  // Nothing has to be looked at to find everything.
  if (key.key === 'all') return view.byUid([[1, view.lastUid]]).uids
  return (await mailbox.search(folder.id, key, wire.closed)).filter((each) => view.holds(each))
}
