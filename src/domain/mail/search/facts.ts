import { parseDate } from '../../../codecs/mime/date.ts'
import { type HeaderField, readHeader, fieldText } from '../../../codecs/mime/header.ts'
import { searchableTexts } from '../../../codecs/mime/text.ts'
import { dayOf } from './days.ts'
import { unicodeCasemap } from '../../../codecs/charset/unicode-casemap.ts'

/** Fields of a header that are looked at. */
const MOST_FIELDS = 10_000

/** A message's own header, decoded as far as it is asked for. */
export class HeaderFacts {
  readonly #bytes: Buffer
  readonly #fields: ReadonlyMap<string, readonly HeaderField[]>
  readonly #folded = new Map<string, readonly string[]>()

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#fields = Map.groupBy(readHeader(bytes, 0, bytes.length, MOST_FIELDS), ({ name }) => name.toLowerCase())
  }

  /** In lower case, each once. */
  get names(): Iterable<string> {
    return this.#fields.keys()
  }

  /** Folded texts of the fields of that name, which is in lower case. */
  texts(name: string): readonly string[] {
    const known = this.#folded.get(name)
    if (known) return known
    const texts = this.#named(name).flatMap((field) => searchableTexts(this.#bytes, field, name).map(unicodeCasemap))
    this.#folded.set(name, texts)
    return texts
  }

  /** The day of the Date field where it was written. */
  get sentDay(): number | undefined {
    const field = this.#named('date')[0]
    return field && sentDayIn(this.#bytes, field)
  }

  #named(name: string): readonly HeaderField[] {
    return this.#fields.get(name) ?? []
  }
}

/** The day in a Date field, where it was written. */
export function sentDayIn(bytes: Buffer, field: HeaderField): number | undefined {
  const date = parseDate(fieldText(bytes, field))
  return date && dayOf(date)
}
