import type { ReturnOptions } from '../../../../codecs/imap/esearch.ts'
import type { SearchTerm } from '../../../../codecs/imap/search-keys.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { ClientConnection, SelectedFolder } from '../../conversation/session-contracts.ts'
import type { Selected } from '../../state.ts'
import type { FolderView } from '../../view/folder-view.ts'
import { messagesIn } from '../search-key.ts'
import type { SearchResult } from '../search-result.ts'
import { uidRanges } from '../uid-keys.ts'
import type { Live } from './live-search.ts'

export interface UpdatedSearch {
  readonly found: SearchResult
  /** The NOUPDATE line if the search cannot be live; otherwise empty. */
  readonly refused: string
}

/** RFC 5267 §4.3: refuses a tag that names another live search. */
export function refuseTagInUse(options: ReturnOptions | undefined, tag: string, { selected }: SelectedFolder): void {
  if (options?.update && selected?.contexts.has(tag)) refuse('bad-syntax', 'The tag names another live search')
}

/** Runs a search. If the client requested updates, `live` describes the live search that starts with it. */
export async function startUpdates(
  { deps }: Pick<ClientConnection, 'deps'>,
  { contexts, view }: Pick<Selected, 'contexts' | 'view'>,
  live: Live | undefined,
  find: () => Promise<SearchResult>,
): Promise<UpdatedSearch> {
  if (!live) return { found: await find(), refused: '' }
  const { tag, term } = live
  const search = contexts.begin({ ...live, term: pinned(term, view) }, deps.world.elapsed())
  try {
    const found = await find()
    return { found, refused: search && contexts.settle(search, found.uids) ? '' : noUpdate(tag) }
  } catch (thrown) {
    contexts.end(tag)
    throw thrown
  }
}

/** RFC 5267 §4.3.1. */
export const noUpdate = (tag: string): string => `* NO [NOUPDATE "${tag}"] The server will not update this search\r\n`

/** Replaces numbers and `$` by UIDs. RFC 5267 §4.3: in a live search they keep the meaning that they have now. */
function pinned(term: SearchTerm, view: FolderView): SearchTerm {
  switch (term.key) {
    case 'sequence':
      return { key: 'uid', set: uidRanges(messagesIn(view, term.set)) }
    case 'uid':
      return term.set === '$' ? { key: 'uid', set: uidRanges(view.saved) } : term
    case 'not':
    case 'fuzzy':
      return { key: term.key, of: pinned(term.of, view) }
    case 'or':
    case 'and':
      return { key: term.key, of: term.of.map((part) => pinned(part, view)) }
    default:
      return term
  }
}
