import type { SearchTerm } from '../../../../codecs/imap/search-keys.ts'
import type { FolderView } from '../../view/folder-view.ts'
import { messagesIn } from '../search-key.ts'
import { runs } from '../uids-key.ts'

/**
 * A search as it stays meant while the folder changes. RFC 5267 §4.3: numbers mean the messages that they mean now, and
 * so does `$`.
 */
export function pinned(term: SearchTerm, view: FolderView): SearchTerm {
  switch (term.key) {
    case 'sequence':
      return { key: 'uid', set: runs(messagesIn(view, term.set)) }
    case 'uid':
      return term.set === '$' ? { key: 'uid', set: runs(view.saved) } : term
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
