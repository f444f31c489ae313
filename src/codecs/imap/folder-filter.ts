import { refuse } from '../../core/refusal.ts'
import type { Reader } from './reader.ts'

/** RFC 5465 §6, RFC 7377 §2.2: which folders are meant; names as they were given, one character an octet. */
export type FolderFilter =
  | { readonly of: 'selected' | 'selected-delayed' | 'inboxes' | 'personal' | 'subscribed' }
  | { readonly of: 'subtree' | 'subtree-one' | 'mailboxes'; readonly names: readonly string[] }

const withNames: ReadonlySet<string> = new Set(['subtree', 'subtree-one', 'mailboxes'])

/** `words` are those that may be said here. */
export function readFolderFilter(reader: Reader, words: readonly FolderFilter['of'][]): FolderFilter {
  const word = reader.word().toLowerCase()
  const of = words.find((each) => each === word) ?? refuse('bad-syntax', `There is no filter ${word}`)
  return (withNames.has(of) ? { of, names: readNames(reader.space()) } : { of }) as FolderFilter
}

const readNames = (reader: Reader): string[] =>
  reader.peek() === '(' ? reader.list(() => reader.astring()) : [reader.astring()]

/** How many names there are in them; a filter without any counts for one. */
export const namesIn = (filters: readonly FolderFilter[]): number =>
  filters.reduce((sum, filter) => sum + ('names' in filter ? filter.names.length : 1), 0)
