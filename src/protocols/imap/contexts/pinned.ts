import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { type SequenceSet, resolveSet } from '../../../codecs/imap/sequence-set.ts'
import type { FolderView } from '../folder-view.ts'
import { messagesIn } from '../search-key.ts'
import { runs } from '../uids-key.ts'

const LAST_UID = 0xffff_ffff

/**
 * A search as it stays meant while the folder changes. RFC 5267 §4.3: numbers mean the messages that they mean now; so do
 * `$` and a single `*`, while a range up to `*` has no end.
 */
export function pinned(term: SearchTerm, view: FolderView): SearchTerm {
  switch (term.key) {
    case 'sequence':
      return { key: 'uid', set: runs(messagesIn(view, term.set)) }
    case 'uid':
      return { key: 'uid', set: term.set === '$' ? runs(view.saved) : open(term.set, view.lastUid) }
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

const open = (set: SequenceSet, last: number): SequenceSet =>
  set.flatMap((range): SequenceSet => {
    const least = Math.min(...range.map((end) => (end === '*' ? last : end)))
    const endless = range.includes('*') && range.some((end) => end !== '*')
    return endless ? [[Math.max(least, 1), LAST_UID]] : resolveSet([range], last)
  })
