import type { Envelope } from './envelope.ts'
import type { Disposition, Param, MimePart } from './part.ts'

type Nullable<T> = T | null
/** A part as a JSON array without missing values at its end. */
type Row = readonly [
  headerStart: number,
  bodyStart: number,
  end: number,
  lines: number,
  type: string,
  subtype: string,
  encoding: string,
  params: readonly Param[],
  /** The parts of a multipart, or the message inside. */
  inside?: readonly Row[],
  envelope?: Nullable<Envelope>,
  id?: Nullable<string>,
  description?: Nullable<string>,
  md5?: Nullable<string>,
  disposition?: Nullable<Disposition>,
  language?: readonly string[],
  location?: Nullable<string>,
]

/** Encodes a part with its parts as compact JSON for storage. {@link decodeStructure} decodes it. */
export const encodeStructure = (part: MimePart): string => JSON.stringify(toRow(part))

/** Decodes the result of {@link encodeStructure}. */
export const decodeStructure = (text: string): MimePart => fromRow(JSON.parse(text) as Row)

/** The start of the body of the message, from the first 64 characters of the result of {@link encodeStructure}. */
export const bodyStartIn = (text: string): number => Number(/^\[\d+,(\d+),/.exec(text)![1])

function toRow(part: MimePart): Row {
  const { message } = part
  const row = [
    part.headerStart,
    part.bodyStart,
    part.end,
    part.lines,
    part.type,
    part.subtype,
    part.encoding,
    part.params,
    message ? [toRow(message.part)] : part.children.map(toRow),
    message?.envelope ?? null,
    part.id ?? null,
    part.description ?? null,
    part.md5 ?? null,
    part.disposition ?? null,
    part.language,
    part.location ?? null,
  ] as const
  const last = row.findLastIndex((cell) => cell !== null && !(Array.isArray(cell) && cell.length === 0))
  return row.slice(0, Math.max(last, 7) + 1) as unknown as Row
}

function fromRow(row: Row): MimePart {
  const [headerStart, bodyStart, end, lines, type, subtype, encoding, params, inside = [], envelope, ...rest] = row
  const [id, description, md5, disposition, language, location] = rest
  const parts = inside.map(fromRow)
  return {
    headerStart,
    bodyStart,
    end,
    lines,
    type,
    subtype,
    params,
    id: id ?? undefined,
    description: description ?? undefined,
    encoding,
    md5: md5 ?? undefined,
    disposition: disposition ?? undefined,
    language: language ?? [],
    location: location ?? undefined,
    children: envelope ? [] : parts,
    message: envelope ? { envelope, part: parts[0]! } : undefined,
  }
}
