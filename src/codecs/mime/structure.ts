import type { Envelope } from './envelope.ts'

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

/** A parameter: its name in lower case, its value without quotes as undecoded octets, one character each. */
export type Param = readonly [name: string, value: string]

/** RFC 2183: the Content-Disposition of a part. */
export interface Disposition {
  readonly type: string
  readonly params: readonly Param[]
}

/**
 * One entity of a message (RFC 2045 §2.4) with its position. Offsets are in octets from the start of the message. Texts
 * are unfolded, undecoded octets, one character each.
 */
export interface MimePart extends MimeContent {
  readonly headerStart: number
  /** The position after the blank line that ends the header. */
  readonly bodyStart: number
  /** The end (exclusive). The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
  readonly end: number
  /** Number of line breaks in the body. */
  readonly lines: number
  /** The parts of a multipart, at least one; empty for any other part. */
  readonly children: readonly MimePart[]
  /** The message inside an unencoded message/rfc822. */
  readonly message: InnerMessage | undefined
}

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

/** The Content-* fields of a part, with the defaults of RFC 2045. */
export interface MimeContent {
  /** In lower case, like `subtype`. */
  readonly type: string
  readonly subtype: string
  readonly params: readonly Param[]
  /** Content-ID as written, with its angle brackets. */
  readonly id: string | undefined
  readonly description: string | undefined
  /** Content-Transfer-Encoding in lower case. */
  readonly encoding: string
  readonly md5: string | undefined
  readonly disposition: Disposition | undefined
  readonly language: readonly string[]
  readonly location: string | undefined
}

interface InnerMessage {
  readonly envelope: Envelope
  readonly part: MimePart
}

/** Whether the part is a multipart. */
export const isMultipart = (part: MimePart): boolean => part.children.length > 0

/** Whether the type of the part is that of a message: RFC 2046 §5.2.1, RFC 6532 §3.7. */
export const isMessage = (content: MimeContent): boolean =>
  content.type === 'message' && (content.subtype === 'rfc822' || content.subtype === 'global')

/**
 * The part with an IMAP part number (RFC 9051 §6.4.5.1), or undefined. The empty path is the whole message. A part that
 * is not a multipart has one part 1, its body. A message/rfc822 has the part numbers of the message inside.
 */
export function locate(root: MimePart, path: readonly number[]): MimePart | undefined {
  let found = root
  let within: MimePart | undefined = root
  for (const number of path) {
    if (!within) return undefined
    const next: MimePart | undefined = isMultipart(within)
      ? within.children[number - 1]
      : number === 1
        ? within
        : undefined
    if (!next) return undefined
    found = next
    within = isMultipart(next) ? next : next.message?.part
  }
  return found
}
