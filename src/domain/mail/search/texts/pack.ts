import { decodeStructure } from '../../../../codecs/mime/structure.ts'
import { searchTexts } from '../../../../codecs/mime/text.ts'
import { HeaderFacts } from '../facts.ts'
import { unicodeCasemap } from '../../../../codecs/charset/unicode-casemap.ts'
import { BODY, GRAMS, keptFields, LINES, NAMES, NEVER, SENT } from './columns.ts'
import { GramsWriter } from './grams.ts'
import { NAME_START, TEXT_END, TextColumnWriter } from './text-column.ts'

/** A segment's columns by their names. */
export type Columns = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

/** Headers of many messages, decoded and folded. */
export function packHeaders(headers: readonly Buffer[]): Columns {
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
  return new Map([
    [SENT, new Uint8Array(sent.buffer)],
    [NAMES, names.finish()],
    ...fields.map(({ name, column }) => [name, column.finish()] as const),
  ])
}

/** A message, and its structure as it is kept in the rows. */
export interface WholeMessage {
  readonly bytes: Buffer
  readonly structure: string
}

/** All text of many messages, decoded and folded. */
export function packBodies(messages: readonly WholeMessage[]): Columns {
  const columns = { header: new TextColumnWriter(), body: new TextColumnWriter() }
  const grams = new GramsWriter()
  for (const { bytes, structure } of messages) {
    let last: TextColumnWriter | undefined
    for (const piece of searchTexts(bytes, decodeStructure(structure))) {
      const text = unicodeCasemap(piece.text)
      grams.write(text, piece.continues)
      const column = columns[piece.in]
      if (!piece.continues) last?.write(TEXT_END)
      column.write(Buffer.from(text))
      last = column
    }
    last?.write(TEXT_END)
    columns.header.next()
    columns.body.next()
  }
  return new Map([
    [GRAMS, grams.finish()],
    [LINES, columns.header.finish()],
    [BODY, columns.body.finish()],
  ])
}
