import { decodeStructure } from '../../../../codecs/mime/structure.ts'
import { searchTexts } from '../../../../codecs/mime/text.ts'
import { HeaderFacts } from '../facts.ts'
import { BODY, keptFields, LINES, NAMES, NEVER, SENT, SIEVE } from './columns.ts'
import { SieveWriter } from './sieve.ts'
import { NAME_START, TEXT_END, TextColumnWriter } from './text-column.ts'
import type { ColumnPlace, Packed } from './text-jobs.ts'

/** Headers of many messages, decoded and in the form in which they are compared. */
export function packHeaders(headers: readonly Buffer[]): Packed {
  const sent = Int32Array.from({ length: headers.length }, () => NEVER)
  const names = new TextColumnWriter()
  const fields = keptFields.map((name) => ({ name, column: new TextColumnWriter() }))
  for (const [nth, bytes] of headers.entries()) {
    const header = new HeaderFacts(bytes)
    sent[nth] = header.sentDay ?? NEVER
    for (const name of header.names) names.write(NAME_START, Buffer.from(name), TEXT_END)
    names.next()
    for (const { name, column } of fields) {
      for (const text of header.texts(name)) column.write(Buffer.from(text), TEXT_END)
      column.next()
    }
  }
  return together([
    [SENT, [new Uint8Array(sent.buffer)]],
    [NAMES, names.finish()],
    ...fields.map(({ name, column }) => [name, column.finish()] as const),
  ])
}

/** A message, and its structure as it is kept in the rows. */
export interface WholeMessage {
  readonly bytes: Buffer
  readonly structure: string
}

/** All text of many messages, decoded and in the form in which it is compared. */
export function packBodies(messages: readonly WholeMessage[]): Packed {
  const columns = { header: new TextColumnWriter(), body: new TextColumnWriter() }
  const sieve = new SieveWriter()
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
    [SIEVE, [sieve.finish(columns.header.ends, columns.body.ends)]],
    [LINES, columns.header.finish()],
    [BODY, columns.body.finish()],
  ])
}

/** Columns, each in parts that stand one behind the other. What has whole numbers in it begins where they may. */
function together(columns: readonly (readonly [name: string, parts: readonly Uint8Array[]])[]): Packed {
  const places = new Map<string, ColumnPlace>()
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
