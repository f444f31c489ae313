import { refuse } from '../../../core/refusal.ts'
import type { MailLimits } from '../limits.ts'
import { ANSWERED, DELETED, DRAFT, FLAGGED, type FlagChange, type Flags, SEEN } from '../types.ts'

const everySystemFlag = SEEN | ANSWERED | FLAGGED | DELETED | DRAFT
/** RFC 9051 §9: `flag-keyword` is an atom. */
const atom = /^[!#$&'+,\-.0-9:;<=>?@A-Z[^_`a-z|}~/]+$/

export const folded = (keyword: string): string => keyword.toLowerCase()

/** Flags as rows, journal lines and memory hold them: known bits, keywords sorted and without doubles. */
export function checkedFlags(flags: Flags, limits: MailLimits): Flags {
  if ((flags.system & ~everySystemFlag) !== 0) refuse('bad-syntax', 'No such system flag')
  for (const keyword of flags.keywords) {
    if (!atom.test(keyword)) refuse('bad-syntax', 'The keyword holds a character that is not allowed')
    if (keyword.length > limits.keywordOctets) refuse('too-big', 'The keyword is too long')
  }
  const keywords = tidy(flags.keywords)
  if (keywords.length > limits.keywordsPerMessage) refuse('over-quota', 'A message cannot have so many keywords')
  return { system: flags.system, keywords }
}

/** What `change` makes of `flags`. */
export function changedFlags(flags: Flags, change: FlagChange): Flags {
  const { system, keywords } = change.flags
  if (change.mode === 'replace') return change.flags
  if (change.mode === 'add') {
    return { system: flags.system | system, keywords: tidy([...flags.keywords, ...keywords]) }
  }
  const out = new Set(keywords.map(folded))
  return { system: flags.system & ~system, keywords: flags.keywords.filter((keyword) => !out.has(folded(keyword))) }
}

/** One text for equal flags. */
export const flagsKey = (system: number, keywords: string): string => `${system} ${keywords}`

/** Keywords as a column holds them. */
export const keywordsText = (flags: Flags): string => flags.keywords.join(' ')

/** Reads back what {@link keywordsText} wrote. */
export const flagsOf = (system: number, keywords: string): Flags => ({
  system,
  keywords: keywords === '' ? [] : keywords.split(' '),
})

function tidy(keywords: readonly string[]): readonly string[] {
  if (keywords.length === 0) return keywords
  const byFold = new Map<string, string>()
  for (const keyword of keywords) if (!byFold.has(folded(keyword))) byFold.set(folded(keyword), keyword)
  return [...byFold].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, keyword]) => keyword)
}
