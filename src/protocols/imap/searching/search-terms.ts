import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { refuse } from '../../../core/refusal.ts'
import type { ImapDialect } from '../dialect.ts'

/** Keys that came with extensions. */
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

/** The keys that a key holds. */
export function partsOf(term: SearchTerm): readonly SearchTerm[] {
  if (term.key === 'not' || term.key === 'fuzzy') return [term.of]
  return term.key === 'or' || term.key === 'and' ? term.of : []
}

/** Whether a search asks about mod-sequences, and its answer tells them (RFC 7162 §3.1.5). */
export const asksModSeq = (term: SearchTerm): boolean => term.key === 'modseq' || partsOf(term).some(asksModSeq)

export const isFuzzy = (term: SearchTerm): boolean => term.key === 'fuzzy' || partsOf(term).some(isFuzzy)

/** Whether what fits changes with the time alone. */
export const isTimed = (term: SearchTerm): boolean =>
  term.key === 'older' || term.key === 'younger' || partsOf(term).some(isTimed)

/** RFC 6203 §4, §6: nothing is more relevant than anything else where all is matched to the letter. */
export function refuseRelevancy(term: SearchTerm): void {
  if (!isFuzzy(term)) refuse('bad-syntax', 'RELEVANCY goes with FUZZY')
}

/** RFC 9586 §3.2: nor are numbers searched for by who knows none. */
export function refuseNumbers(term: SearchTerm): void {
  if (term.key === 'sequence' && term.set !== '$') {
    refuse('bad-syntax', 'Numbers are no longer understood', { code: 'UIDREQUIRED' })
  }
  for (const part of partsOf(term)) refuseNumbers(part)
}

/** Exchange Online has no user keywords and no extensions, and takes a search for one as an error in the argument. */
export function refuseUnobserved(term: SearchTerm, dialect: ImapDialect): void {
  if (!dialect.exchange) return
  if (term.key === 'flag' && term.keyword) refuse('bad-syntax', 'There are no keywords')
  const saved = 'day' in term && term.of === 'saved'
  if (saved || extensions.has(term.key) || ('set' in term && term.set === '$')) {
    refuse('bad-syntax', 'There is no such search key')
  }
  for (const part of partsOf(term)) refuseUnobserved(part, dialect)
}
