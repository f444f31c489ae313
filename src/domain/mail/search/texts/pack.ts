import { readHeader } from '../../../../codecs/mime/header.ts'
import { decodeStructure } from '../../../../codecs/mime/structure.ts'
import { searchableTexts, searchTexts } from '../../../../codecs/mime/text.ts'
import { sentDayIn } from '../header-facts.ts'
import {
  BODY,
  indexedFields,
  LINES,
  NAME_START,
  NAMES,
  NEVER,
  SENT,
  TRIGRAM_FILTER,
  TEXT_END,
  TextColumnWriter,
} from './text-column.ts'
import { TrigramFilterWriter } from './trigram-filter.ts'
import type { ColumnLocation, Packed } from './text-jobs.ts'

/** The most fields of a header that are read. */
const MOST_FIELDS = 10_000

/** Decodes and case-folds many headers, and packs them into columns. */
export function packHeaders(headers: readonly Buffer[]): Packed {
  const sent = new Int32Array(headers.length).fill(NEVER)
  const names = new TextColumnWriter()
  const columns = new Map(indexedFields.map((name) => [name, new TextColumnWriter()]))
  const known = new FieldNames()
  for (const [nth, bytes] of headers.entries()) {
    const fields = readHeader(bytes, 0, bytes.length, MOST_FIELDS)
    for (const field of fields) {
      const name = known.of(field.name)
      if (name.last !== nth) {
        // The first field with that name in this header.
        name.last = nth
        names.write(NAME_START, name.octets, TEXT_END)
        if (name.lower === 'date') sent[nth] = sentDayIn(bytes, field) ?? NEVER
      }
      const column = columns.get(name.lower)
      if (!column) continue
      for (const text of searchableTexts(bytes, field, name.lower)) {
        column.writeText(text)
        column.write(TEXT_END)
      }
    }
    names.next()
    for (const column of columns.values()) column.next()
  }
  return together([
    [SENT, [new Uint8Array(sent.buffer)]],
    [NAMES, names.finish()],
    ...Array.from(columns, ([name, column]) => [name, column.finish()] as const),
  ])
}

interface FieldName {
  readonly lower: string
  readonly octets: Buffer
  /** The last header that had it. */
  last: number
}

/** Names of fields. Most names occur in every header, spelt the same way. */
class FieldNames {
  readonly #asWritten = new Map<string, FieldName>()
  readonly #names = new Map<string, FieldName>()

  of(written: string): FieldName {
    let name = this.#asWritten.get(written)
    if (!name) {
      const lower = written.toLowerCase()
      name = this.#names.get(lower) ?? { lower, octets: Buffer.from(lower), last: -1 }
      this.#names.set(lower, name)
      this.#asWritten.set(written, name)
    }
    return name
  }
}

/** A message, and its structure as the rows hold it. */
export interface WholeMessage {
  readonly bytes: Buffer
  readonly structure: string
}

/** Decodes and case-folds all text of many messages, and packs it into columns. */
export function packBodies(messages: readonly WholeMessage[]): Packed {
  const columns = { header: new TextColumnWriter(), body: new TextColumnWriter() }
  const sieve = new TrigramFilterWriter(messages.length)
  for (const { bytes, structure } of messages) {
    let last: TextColumnWriter | undefined
    for (const piece of searchTexts(bytes, decodeStructure(structure))) {
      const column = columns[piece.in]
      if (!piece.continues) last?.write(TEXT_END)
      column.writeText(piece.text)
      last = column
    }
    last?.write(TEXT_END)
    sieve.write(columns.header.next())
    sieve.write(columns.body.next())
    sieve.next()
  }
  return together([
    [TRIGRAM_FILTER, [sieve.finish(columns.header.ends, columns.body.ends)]],
    [LINES, columns.header.finish()],
    [BODY, columns.body.finish()],
  ])
}

/** Joins columns, each of several parts. Each column is aligned for numbers of four octets. */
function together(columns: readonly (readonly [name: string, parts: readonly Uint8Array[]])[]): Packed {
  const places = new Map<string, ColumnLocation>()
  let end = 0
  for (const [name, parts] of columns) {
    const start = Math.ceil(end / 4) * 4
    end = parts.reduce((sum, { length }) => sum + length, start)
    places.set(name, { start, end })
  }
  const bytes = new Uint8Array(end)
  for (const [name, parts] of columns) {
    let at = places.get(name)!.start
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
  }
  return { bytes, columns: places }
}
