import { ANSWERED, DELETED, DRAFT, FLAGGED, type Flags, SEEN } from '../types.ts'
import { categoriesOf, withCategories } from './categories.ts'
import type { FlagStatus, Importance, ItemPatch, LastVerb, MailItem } from '../item-types.ts'

const COMPLETE = '$Complete'
const FORWARDED = '$Forwarded'

/** RFC 8457 defines the first. They override the importance in the header. */
const importanceKeywords: Readonly<Record<Importance, string>> = {
  high: '$Important',
  low: '$LowImportance',
  normal: '$NormalImportance',
}

/** The property that tells replies from replies to all. */
export const LAST_VERB = 'lastVerb'

const has = (flags: Flags, keyword: string): boolean =>
  flags.keywords.some((each) => each.toLowerCase() === keyword.toLowerCase())

export const flagStatusOf = (flags: Flags): FlagStatus =>
  flags.system & FLAGGED ? 'flagged' : has(flags, COMPLETE) ? 'complete' : 'notFlagged'

/** Undefined if the header decides. */
export const importanceIn = (flags: Flags): Importance | undefined =>
  (['high', 'low', 'normal'] as const).find((each) => has(flags, importanceKeywords[each]))

/** `noted` is the value of the property {@link LAST_VERB}. */
function lastVerbOf(flags: Flags, noted: string | null): LastVerb | undefined {
  const [answered, forwarded] = [(flags.system & ANSWERED) !== 0, has(flags, FORWARDED)]
  if (forwarded && (noted === 'forward' || !answered)) return 'forward'
  if (!answered) return undefined
  return noted === 'replyAll' ? 'replyAll' : 'reply'
}

/** The state of an item as Graph shows it. `importance` is that of the header. */
export const stateOf = (
  flags: Flags,
  importance: Importance,
  lastVerb: string | null,
): Pick<MailItem, 'isRead' | 'isDraft' | 'flagStatus' | 'importance' | 'categories' | 'lastVerb'> => ({
  isRead: (flags.system & SEEN) !== 0,
  isDraft: (flags.system & DRAFT) !== 0,
  flagStatus: flagStatusOf(flags),
  importance: importanceIn(flags) ?? importance,
  categories: categoriesOf(flags.keywords),
  lastVerb: lastVerbOf(flags, lastVerb),
})

/** The flags after a change of an item. `importance` is that of the header. */
export function patchedFlags(flags: Flags, patch: ItemPatch, importance: Importance): Flags {
  let { system, keywords } = flags
  const put = (bit: number, on: boolean | undefined) => {
    if (on !== undefined) system = on ? system | bit : system & ~bit
  }
  const without = (...gone: readonly string[]) => {
    const folded = new Set(gone.map((each) => each.toLowerCase()))
    keywords = keywords.filter((keyword) => !folded.has(keyword.toLowerCase()))
  }
  put(SEEN, patch.isRead)
  put(DRAFT, patch.isDraft)
  put(DELETED, patch.isDeleted)
  if (patch.flagStatus) {
    put(FLAGGED, patch.flagStatus === 'flagged')
    without(COMPLETE)
    if (patch.flagStatus === 'complete') keywords = [...keywords, COMPLETE]
  }
  if (patch.importance && patch.importance !== (importanceIn(flags) ?? importance)) {
    without(...Object.values(importanceKeywords))
    if (patch.importance !== importance) keywords = [...keywords, importanceKeywords[patch.importance]]
  }
  if (patch.lastVerb === 'forward') {
    without(FORWARDED)
    keywords = [...keywords, FORWARDED]
  } else if (patch.lastVerb) {
    put(ANSWERED, true)
  }
  if (patch.categories) keywords = withCategories(keywords, patch.categories)
  return { system, keywords }
}
