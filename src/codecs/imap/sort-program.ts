import { refuse } from '../../core/refusal.ts'
import type { Reader } from './reader.ts'
import { readSearch, type SearchLimits, type SearchTerm } from './search-keys.ts'

/** RFC 5256 §5, RFC 5957 §4 and RFC 6203 §7 `sort-key`. */
const keys = [
  'ARRIVAL',
  'CC',
  'DATE',
  'DISPLAYFROM',
  'DISPLAYTO',
  'FROM',
  'RELEVANCY',
  'SIZE',
  'SUBJECT',
  'TO',
] as const
export type SortKey = (typeof keys)[number]

export interface SortTerm {
  readonly key: SortKey
  readonly reverse: boolean
}

/** A key that comes again decides nothing: so many are more than there are. */
const MOST_TERMS = 100

/** RFC 5256 §5 `sort-criteria`. */
export function readSortTerms(reader: Reader): SortTerm[] {
  const terms = reader.list(() => {
    const word = reader.word()
    if (word !== 'REVERSE') return { key: keyNamed(word), reverse: false }
    return { key: keyNamed(reader.space().word()), reverse: true }
  })
  if (terms.length > MOST_TERMS) refuse('too-big', 'Too many sort keys', { code: 'LIMIT' })
  return terms.filter(({ key }, nth) => terms.findIndex((term) => term.key === key) === nth)
}

const keyNamed = (word: string): SortKey =>
  keys.find((key) => key === word) ?? refuse('bad-syntax', `There is no sort key ${word}`)

/** RFC 5256 §5 `search-criteria`: the charset, which has to be there, and the keys. Refuses `unsupported` for another charset. */
export function readCharsetAndSearch(reader: Reader, limits: SearchLimits): SearchTerm {
  const charset = reader.astring().toUpperCase()
  const { charset: second, term } = readSearch(reader.space(), limits)
  if (second !== undefined) refuse('bad-syntax', 'The charset was named before')
  if (!limits.charsets.includes(charset)) refuse('unsupported', 'There is no such charset', { code: 'BADCHARSET' })
  return term
}
