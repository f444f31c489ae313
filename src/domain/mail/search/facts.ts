import { parseDate } from '../../../codecs/mime/date.ts'
import { type HeaderField, readHeader, fieldText } from '../../../codecs/mime/header.ts'
import { decodedField } from '../../../codecs/mime/text.ts'
import type { Message } from '../types.ts'
import { fold } from './fold.ts'
import type { Found } from './needles.ts'

/** What is known of a message so far; each step of a search knows more. */
export interface Facts {
  /** In the index, at this moment. */
  readonly position: number
  readonly message?: Message
  readonly header?: HeaderFacts | undefined
  readonly found?: Found
}

/** Fields of a header that are looked at. */
const MOST_FIELDS = 10_000

/** A message's own header, decoded as far as it is asked for. */
export class HeaderFacts {
  readonly #bytes: Buffer
  readonly #fields: readonly HeaderField[]
  readonly #folded = new Map<string, readonly string[]>()

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#fields = readHeader(bytes, 0, bytes.length, MOST_FIELDS)
  }

  /** Folded texts of the fields of that name, which is in lower case. */
  texts(name: string): readonly string[] {
    const known = this.#folded.get(name)
    if (known) return known
    const texts = this.#named(name).map((field) => fold(decodedField(this.#bytes, field)))
    this.#folded.set(name, texts)
    return texts
  }

  /** The day of the Date field where it was written, as `YYYY-MM-DD`. */
  get sentDay(): string | undefined {
    const field = this.#named('date')[0]
    const date = field && parseDate(fieldText(this.#bytes, field))
    return date && dayOf(date)
  }

  #named(name: string): HeaderField[] {
    return this.#fields.filter((field) => field.name.length === name.length && field.name.toLowerCase() === name)
  }
}

/** RFC 9051 §6.4.4: time and zone are disregarded, so it is the day that its writer saw on the calendar. */
export const dayOf = ({ at, zone }: { readonly at: number; readonly zone: number }): string =>
  new Date(at + zone * 60_000).toISOString().slice(0, 10)
