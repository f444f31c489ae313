import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../core/ids.ts'
import type { FolderView } from '../view/folder-view.ts'
import type { searchHighest } from '../message-limit.ts'
import type { Done } from '../reply/reply.ts'
import { type Program, programOf, type Searched } from './search-key.ts'
import type { Session } from '../conversation/session.ts'
import { type Order, sorted } from './sorted.ts'

/** What a search found. */
export interface FoundMessages {
  /** In the order that was asked for. */
  readonly uids: readonly Uid[]
  readonly relevancy: Program['relevancy']
  /** What the tagged line tells of a search that did not look at everything. */
  readonly done: Pick<Done, 'limited'>
}

interface Wanted {
  readonly term: SearchTerm
  readonly order?: readonly Order[] | undefined
  /** RFC 9738: how many messages may be looked at. */
  readonly limit?: typeof searchHighest
}

/** The messages that fit and that the client counts: what it has not been told of yet is not found. */
export async function foundBy(
  session: Session,
  searched: Searched,
  { term, order, limit }: Wanted,
): Promise<FoundMessages> {
  const { view } = searched
  const { key: whole, relevancy } = await programOf(term, searched, session)
  const { key, ...done } = limit ? limit(whole, view, session.deps.settings) : { key: whole }
  const found =
    // Nothing has to be looked at to find everything.
    key.key === 'all'
      ? view.byUid([[1, view.lastUid]]).uids
      : counted(view, await searched.mailbox.search(searched.folder.id, key, session.wire.closed))
  const uids = order ? counted(view, await sorted(searched, found, order, relevancy)) : found
  return { uids, relevancy, done }
}

const counted = (view: FolderView, uids: readonly Uid[]): readonly Uid[] => uids.filter((uid) => view.holds(uid))
