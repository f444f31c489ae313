import type { Uid } from '../../core/ids.ts'
import type { SearchKey } from '../../domain/mail/types.ts'
import type { Session } from './session.ts'
import type { StateAt } from './state.ts'

/** UIDs of the messages that fit and that the client counts, ascending: what it has not been told of yet is not found. */
export async function foundBy(
  session: Session,
  { mailbox, selected }: StateAt<'selected'>,
  key: SearchKey,
): Promise<readonly Uid[]> {
  const { view, folder } = selected
  // Nothing has to be looked at to find everything.
  if (key.key === 'all') return view.byUid([[1, view.lastUid]]).uids
  return (await mailbox.search(folder.id, key, session.wire.closed)).filter((each) => view.holds(each))
}
