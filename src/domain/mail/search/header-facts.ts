import { unicodeCasemap } from '../../../codecs/charset/unicode-casemap.ts'
import { parseDate } from '../../../codecs/mime/date.ts'
import { fieldText, type HeaderField, readHeader } from '../../../codecs/mime/header.ts'
import { searchableTexts } from '../../../codecs/mime/text.ts'
import { DAY, MINUTE } from '../../../core/time.ts'

/** The most fields of a header that are read. */
const MOST_FIELDS = 10_000

/** A message's own header. Fields are decoded when they are needed. */
export class HeaderFacts {
  readonly #bytes: Buffer
  readonly #fields: ReadonlyMap<string, readonly HeaderField[]>
  readonly #folded = new Map<string, readonly string[]>()

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#fields = Map.groupBy(readHeader(bytes, 0, bytes.length, MOST_FIELDS), ({ name }) => name.toLowerCase())
  }

  /** In lower case, without duplicates. */
  get names(): Iterable<string> {
    return this.#fields.keys()
  }

  /** The case-folded texts of the fields with that name, which is in lower case. */
  texts(name: string): readonly string[] {
    const known = this.#folded.get(name)
    if (known) return known
    const texts = this.#named(name).flatMap((field) => searchableTexts(this.#bytes, field, name).map(unicodeCasemap))
    this.#folded.set(name, texts)
    return texts
  }

  /** The day in the Date field, in its own time zone. */
  get sentDay(): number | undefined {
    const field = this.#named('date')[0]
    return field && sentDayIn(this.#bytes, field)
  }

  #named(name: string): readonly HeaderField[] {
    return this.#fields.get(name) ?? []
  }
}

/** The day in a Date field, in its own time zone. */
export function sentDayIn(bytes: Buffer, field: HeaderField): number | undefined {
  const date = parseDate(fieldText(bytes, field))
  return date && dayOf(date)
}

/**
 * RFC 9051 §6.4.4: time and zone are disregarded, so the result is the day on the writer's calendar, in days since
 * 1970.
 */
export const dayOf = ({ at, zone }: { readonly at: number; readonly zone: number }): number =>
  Math.floor((at + zone * MINUTE) / DAY)

/** The same for a day written as `YYYY-MM-DD`. */
function dayNamed(day: string): number {
  const [year, month, date] = day.split('-').map(Number)
  // Date.UTC takes a year below 100 for another one.
  return Math.floor(new Date(0).setUTCFullYear(year!, month! - 1, date) / DAY)
}

/** Days from `first` up to and including `last`. */
export interface DayRange {
  readonly first: number
  readonly last: number
}

export function daysOf(key: 'before' | 'on' | 'since', name: string): DayRange {
  const day = dayNamed(name)
  if (key === 'on') return { first: day, last: day }
  return key === 'before' ? { first: -Infinity, last: day - 1 } : { first: day, last: Infinity }
}

export const within = ({ first, last }: DayRange, day: number): boolean => day >= first && day <= last
