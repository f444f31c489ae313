import { refuse } from '../../core/refusal.ts'
import type { Flags, InternalDate, NewMessage } from '../../domain/mail/types.ts'
import type { SentMessage } from './message-batch.ts'

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
  ...(received === undefined ? {} : { received: dateOf(received) }),
})

/** RFC 3339 §5.6. */
export function dateOf(text: string): InternalDate {
  const zone = /(?:(Z)|([+-])(\d\d):(\d\d))$/i.exec(text)
  const at = /^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : Number.NaN
  if (!zone || Number.isNaN(at)) return refuse('bad-syntax', `'${text.slice(0, 60)}' is no date and time of RFC 3339.`)
  const minutes = zone[1] ? 0 : Number(zone[3]) * 60 + Number(zone[4])
  return { at, zone: zone[2] === '-' ? -minutes : minutes }
}

export const dateText = ({ at, zone }: InternalDate): string => {
  const sign = zone < 0 ? '-' : '+'
  const local = new Date(at + zone * 60_000).toISOString().slice(0, 19)
  return `${local}${sign}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`
}

const two = (value: number): string => String(value).padStart(2, '0')

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
