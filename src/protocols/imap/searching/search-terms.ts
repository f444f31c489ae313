import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { refuse } from '../../../core/refusal.ts'
import type { ImapDialect } from '../dialect.ts'

/** Keys from extensions. */
const extensions: ReadonlySet<SearchTerm['key']> = new Set([
  'modseq',
  'older',
  'younger',
  'emailid',
  'threadid',
  'savedatesupported',
  'fuzzy',
  'uidafter',
  'uidbefore',
])

/** The keys inside a key. */
export function partsOf(term: SearchTerm): readonly SearchTerm[] {
  if (term.key === 'not' || term.key === 'fuzzy') return [term.of]
  return term.key === 'or' || term.key === 'and' ? term.of : []
}

/** Whether a search has a MODSEQ key, so that its response has a mod-sequence (RFC 7162 §3.1.5). */
export const asksModSeq = (term: SearchTerm): boolean => term.key === 'modseq' || partsOf(term).some(asksModSeq)

export const isFuzzy = (term: SearchTerm): boolean => term.key === 'fuzzy' || partsOf(term).some(isFuzzy)

/** Whether the result changes with time alone. */
export const isTimed = (term: SearchTerm): boolean =>
  term.key === 'older' || term.key === 'younger' || partsOf(term).some(isTimed)

/** RFC 6203 §4, §6: refuses RELEVANCY for a search without FUZZY. */
export function refuseRelevancy(term: SearchTerm): void {
  if (!isFuzzy(term)) refuse('bad-syntax', 'RELEVANCY requires FUZZY')
}

/** RFC 9586 §3.2: refuses message numbers in a search with UIDONLY enabled. */
export function refuseNumbers(term: SearchTerm): void {
  if (term.key === 'sequence' && term.set !== '$') {
    refuse('bad-syntax', 'Message numbers are not allowed with UIDONLY', { code: 'UIDREQUIRED' })
  }
  for (const part of partsOf(term)) refuseNumbers(part)
}

/** Refuses the keys that Exchange Online does not support: keywords and extensions are argument errors there. */
export function refuseUnobserved(term: SearchTerm, dialect: ImapDialect): void {
  if (!dialect.exchange) return
  if (term.key === 'flag' && term.keyword) refuse('bad-syntax', 'Keywords are not supported')
  const saved = 'day' in term && term.of === 'saved'
  if (saved || extensions.has(term.key) || ('set' in term && term.set === '$')) {
    refuse('bad-syntax', 'Unknown search key')
  }
  for (const part of partsOf(term)) refuseUnobserved(part, dialect)
}
