import type { FolderId, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, sql, type Statements } from '../../../storage/engine.ts'
import type { MailLimits } from '../limits.ts'
import { ANSWERED, DELETED, DRAFT, type FlagChange, FLAGGED, type Flags, SEEN } from '../types.ts'

const everySystemFlag = SEEN | ANSWERED | FLAGGED | DELETED | DRAFT
/** RFC 9051 §9: `flag-keyword` is an atom. */
const atom = /^[!#$&'+,\-.0-9:;<=>?@A-Z[^_`a-z|}~/]+$/

const folded = (keyword: string): string => keyword.toLowerCase()

/**
 * Checks flags and brings them into the form of rows, journal lines and memory: known bits, sorted keywords without
 * duplicates.
 */
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

/** Applies a change to flags. */
export function changedFlags(flags: Flags, change: FlagChange): Flags {
  const { system, keywords } = change.flags
  if (change.mode === 'replace') return change.flags
  if (change.mode === 'add') {
    return { system: flags.system | system, keywords: tidy([...flags.keywords, ...keywords]) }
  }
  const out = new Set(keywords.map(folded))
  return { system: flags.system & ~system, keywords: flags.keywords.filter((keyword) => !out.has(folded(keyword))) }
}

/** A text that is equal for equal flags. */
export const flagsKey = (system: number, keywords: string): string => `${system} ${keywords}`

/** The keywords as a column stores them. */
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

/**
 * Returns a function that gives keywords the case in which the folder first used them. Stores new keywords. Refuses
 * `over-quota`.
 */
export function* inFolderCase(
  folder: FolderId,
  flags: readonly Flags[],
  limits: MailLimits,
): Statements<(flags: Flags) => Flags> {
  const used = new Map<string, string>()
  for (const { keywords } of flags) {
    for (const keyword of keywords) if (!used.has(folded(keyword))) used.set(folded(keyword), keyword)
  }
  if (used.size === 0) return (flags) => flags
  const names = yield* knownKeywords(folder)
  const fresh = [...used].filter(([fold]) => !names.has(fold))
  if (names.size + fresh.length > limits.keywordsPerFolder) yield* forgetUnused(folder, names, used)
  if (names.size + fresh.length > limits.keywordsPerFolder) refuse('over-quota', 'The folder has too many keywords')
  for (const [fold, name] of fresh) {
    names.set(fold, name)
    yield* ask(sql`insert into mail_keyword (folder, folded, name) values (${folder}, ${fold}, ${name})`)
  }
  return ({ system, keywords }) => ({ system, keywords: keywords.map((keyword) => names.get(folded(keyword))!) })
}

function* knownKeywords(folder: FolderId): Statements<Map<string, string>> {
  const rows = yield* ask<{ folded: string; name: string }>(
    sql`select folded, name from mail_keyword where folder = ${folder}`,
  )
  return new Map(rows.map(({ folded, name }) => [folded, name]))
}

/** Removes keywords from `names` that no message has and the caller does not need. */
function* forgetUnused(
  folder: FolderId,
  names: Map<string, string>,
  asked: ReadonlyMap<string, string>,
): Statements<void> {
  const rows = yield* ask<{ keywords: string }>(
    sql`select distinct keywords from mail_state where folder = ${folder} and keywords <> ''`,
  )
  const had = new Set(rows.flatMap(({ keywords }) => keywords.split(' ').map(folded)))
  for (const fold of names.keys()) {
    if (had.has(fold) || asked.has(fold)) continue
    names.delete(fold)
    yield* ask(sql`delete from mail_keyword where folder = ${folder} and folded = ${fold}`)
  }
}

/** Ascending UIDs of messages with equal flags. */
export interface FlagGroup {
  readonly flags: Flags
  readonly uids: readonly Uid[]
}
