import { refuse } from '../../core/refusal.ts'
import type { Flags, NewMessage } from '../../domain/mail/types.ts'
import { readDateTime, type SentMessage } from '../../codecs/portal/message-batch.ts'

/** RFC 9051 §2.3.2 and the bits of domain/mail. */
const bits: Readonly<Record<string, number>> = {
  '\\seen': 1,
  '\\answered': 2,
  '\\flagged': 4,
  '\\deleted': 8,
  '\\draft': 16,
}
const MOST_KEYWORDS = 100

export const newMessage = ({ bytes, received, flags }: SentMessage): NewMessage => ({
  bytes,
  flags: flagsOf(flags ?? []),
  ...(received === undefined ? {} : { received: readDateTime(received) }),
})

function flagsOf(names: readonly string[]): Flags {
  const system = names.reduce((sum, name) => sum | (bits[name.toLowerCase()] ?? 0), 0)
  const keywords = names.filter((name) => bits[name.toLowerCase()] === undefined)
  // RFC 9051 §9, flag-keyword: an atom.
  const wrong = keywords.find((name) => !/^[^\s\x00-\x1f\x7f-\uffff(){%*"\\\]]{1,100}$/.test(name))
  if (wrong !== undefined) return refuse('bad-syntax', `'${wrong.slice(0, 60)}' is no flag.`)
  if (keywords.length > MOST_KEYWORDS) return refuse('too-big', 'A message has too many flags.')
  const unique = new Map(keywords.map((name) => [name.toLowerCase(), name]))
  return { system, keywords: [...unique.values()].sort() }
}

export const flagNames = ({ system, keywords }: Flags): string[] => [
  ...['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft'].filter((name) => system & bits[name.toLowerCase()]!),
  ...keywords,
]
