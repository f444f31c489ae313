import { writeFlagList } from '../../../codecs/imap/flags.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Flags, FolderIndex, SpecialUse } from '../../../domain/mail/types.ts'

/** The flags of RFC 9051 §2.3.2, with their bits in the store. */
const systemBits: readonly (readonly [name: string, bit: number])[] = [
  ['\\Seen', 1],
  ['\\Answered', 2],
  ['\\Flagged', 4],
  ['\\Deleted', 8],
  ['\\Draft', 16],
]

export const bitOf = (name: string): number => systemBits.find(([known]) => known === name)?.[1] ?? 0

export const SEEN: Flags = { system: 1, keywords: [] }
export const DELETED: Flags = { system: 8, keywords: [] }
const RECENT = '\\Recent'
/** Maximum number of keywords in one command. */
const mostKeywords = 100

export const flagNames = (flags: Flags): string[] => [
  ...systemBits.filter(([, bit]) => flags.system & bit).map(([name]) => name),
  ...flags.keywords,
]

/** Converts the flags of a command. `\Recent` is ignored, because clients cannot set it (RFC 3501 §2.3.2). */
export function flagsOf(names: readonly string[]): Flags {
  const keywords = new Map<string, string>()
  let system = 0
  for (const name of names) {
    const bit = bitOf(name)
    if (bit) system |= bit
    else if (name !== RECENT && !keywords.has(name.toLowerCase())) keywords.set(name.toLowerCase(), name)
  }
  if (keywords.size > mostKeywords) refuse('too-big', 'Too many keywords', { code: 'LIMIT' })
  return { system, keywords: [...keywords.values()].sort() }
}

const rendered = new WeakMap<Flags, readonly [plain: string, recent: string]>()

/** The value of FLAGS. Equal flags are the same object in the index, so each text is rendered once. */
export function flagText(flags: Flags, recent: boolean): string {
  let texts = rendered.get(flags)
  if (!texts) {
    const names = flagNames(flags)
    texts = [writeFlagList(names), writeFlagList([...names, RECENT])]
    rendered.set(flags, texts)
  }
  return texts[recent ? 1 : 0]
}

/** The only keyword of Exchange Online. */
const MDN_SENT = '$MDNSent'

/** The flags in a FLAGS response, for a folder with these keywords (RFC 3501 §7.2.6). */
export const knownFlags = (keywords: readonly string[], exchange: boolean): string[] => {
  const others = keywords.filter((keyword) => keyword.toLowerCase() !== MDN_SENT.toLowerCase())
  return [...systemBits.map(([name]) => name), ...(exchange ? [MDN_SENT, ...others] : keywords)]
}

/** The flags that a client can set permanently (RFC 3501 §7.1); Exchange Online allows no new keyword. */
export const permanentFlags = (keywords: readonly string[], exchange: boolean): string[] =>
  exchange ? knownFlags(keywords, exchange) : [...knownFlags(keywords, exchange), '\\*']

/** RFC 3501 §6.4.6: removes the flags that are not permanent. */
export const lasting = (flags: Flags, index: FolderIndex | undefined, exchange: boolean): Flags => {
  if (!exchange) return flags
  const known = [MDN_SENT, ...(index?.keywords ?? [])].map((keyword) => keyword.toLowerCase())
  return { ...flags, keywords: flags.keywords.filter((keyword) => known.includes(keyword.toLowerCase())) }
}

/** RFC 6154 §2; Exchange Online reports no special use for its archive folder. */
export const specialUseText = (use: SpecialUse | undefined, exchange: boolean): string | undefined =>
  exchange && use === '\\Archive' ? undefined : use
