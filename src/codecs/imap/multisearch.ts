import { refuse } from '../../core/refusal.ts'
import { type FolderFilter, namesIn, readFolderFilter } from './folder-filter.ts'
import type { Reader } from './reader.ts'

/** Names of folders in one command. */
const MOST_NAMES = 1000

// RFC 7377 §2.2: without selected-delayed.
const words = ['selected', 'inboxes', 'personal', 'subscribed', 'subtree', 'subtree-one', 'mailboxes'] as const

/** RFC 7377 §4 `esearch-source-opts` with the space after it, if that is next; the selected folder otherwise. */
export function readSources(reader: Reader): readonly FolderFilter[] {
  if (!reader.skip('IN (')) return [{ of: 'selected' }]
  const sources: FolderFilter[] = []
  do {
    // RFC 7377 §4 `scope-options`: there are none yet.
    if (reader.peek() === '(') refuse('bad-syntax', 'There is no such option')
    sources.push(readFolderFilter(reader, words))
  } while (reader.skip(' '))
  reader.expect(')')
  if (namesIn(sources) > MOST_NAMES) refuse('too-big', 'That is more than is searched', { code: 'LIMIT' })
  reader.space()
  return sources
}
