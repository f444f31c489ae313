import { type DefaultType, noContent, opaque, plainText, readContent } from './content.ts'
import { type Envelope, readEnvelope } from './envelope.ts'
import { asBuffer, type HeaderField, readHeader, trimBlanksEnd } from './header.ts'
import { rawParameter } from './parameter.ts'
import { type MimeContent, type MimePart, isMessage } from './structure.ts'

/** A message with the positions of its parts. */
export interface ParsedMessage {
  /** The fields of the message header, in order. */
  readonly headers: readonly HeaderField[]
  readonly envelope: Envelope
  readonly part: MimePart
  /** Octets of the message with CRLF for every bare LF and at the end of the last line. A bare CR stays. */
  readonly lineOctets: number
}

/** Maximum number of parts; further parts are not separated. */
export const MOST_PARTS = 10_000
/** Maximum nesting of parts; deeper content is opaque. */
export const MOST_LEVELS = 100
/** Maximum number of fields read from one header. */
const MOST_FIELDS = 10_000
/** Maximum octets of header in total; later fields count as missing. */
const MOST_HEADER_OCTETS = 4 * 1024 * 1024
/** RFC 2046 §5.1.1 allows 70. */
const LONGEST_BOUNDARY = 256

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const SPACE = 0x20
const HYPHEN = 0x2d

/**
 * Parses a message in one pass over its lines, which may end in CRLF or in bare LF. Accepts any octets and returns the
 * best interpretation.
 */
export function parseMessage(bytes: Uint8Array): ParsedMessage {
  return new Parse(asBuffer(bytes)).run()
}

/** A part while it is read. */
interface Draft {
  readonly fallback: DefaultType
  headerStart: number
  bodyStart: number
  end: number
  /** Line breaks before the body. */
  linesBefore: number
  lines: number
  content: MimeContent
  /** The boundary, while its delimiters are expected. */
  boundary: string | undefined
  /** An outer part with the same boundary. */
  shadowed: Draft | undefined
  readonly children: Draft[]
  /** The message that this part is the root of. */
  envelope: Envelope | undefined
  /** The message inside this part. */
  inner: Draft | undefined
}

class Parse {
  readonly #bytes: Buffer
  /** Open parts, the outermost first. Only the last can be in its header. */
  readonly #open: Draft[] = []
  #inHeader = false
  readonly #byBoundary = new Map<string, Draft>()
  #longestBoundary = 0
  #parts = 0
  #headerOctets = 0
  #lines = 0
  #bareLines = 0
  #headers: readonly HeaderField[] | undefined

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  run(): ParsedMessage {
    const bytes = this.#bytes
    const root = this.#begin(0, 'text/plain', {})
    for (let start = 0; start < bytes.length;) {
      const at = bytes.indexOf(LF, start)
      if (at < 0) {
        this.#line(start, bytes.length, bytes.length)
        break
      }
      const end = at > start && bytes[at - 1] === CR ? at - 1 : at
      if (end === at) this.#bareLines++
      this.#line(start, end, at + 1)
      start = at + 1
    }
    while (this.#inHeader) this.#endHeader(bytes.length)
    while (this.#open.length > 0) this.#close(bytes.length, this.#lines)
    return {
      headers: this.#headers ?? [],
      envelope: root.envelope ?? {},
      part: finish(root),
      lineOctets: this.#lineOctets(),
    }
  }

  /** Reads one line: its text ends at `end`, the next line starts at `next`. */
  #line(start: number, end: number, next: number): void {
    const delimited = this.#byBoundary.size > 0 && this.#delimiter(start, end, next)
    if (next > end) this.#lines++
    if (this.#inHeader && !delimited && start === end) this.#endHeader(next)
  }

  /** RFC 2046 §5.1.1: `--boundary`, or `--boundary--` after the last part; blanks may follow. */
  #delimiter(start: number, end: number, next: number): boolean {
    const bytes = this.#bytes
    if (bytes[start] !== HYPHEN || bytes[start + 1] !== HYPHEN) return false
    let last = end
    while (last > start && (bytes[last - 1] === SPACE || bytes[last - 1] === TAB)) last--
    if (last - start > this.#longestBoundary + 4) return false
    const text = bytes.toString('latin1', start + 2, last)
    const opened = this.#byBoundary.get(text)
    const multipart = opened ?? (text.endsWith('--') ? this.#byBoundary.get(text.slice(0, -2)) : undefined)
    if (!multipart) return false

    while (this.#inHeader) this.#endHeader(start)
    const lineBreak = bytes[start - 2] === CR ? 2 : 1
    while (this.#open.at(-1) !== multipart) this.#close(start - lineBreak, this.#lines - 1)
    if (opened && this.#parts < MOST_PARTS) {
      multipart.children.push(
        this.#begin(next, multipart.content.subtype === 'digest' ? 'message/rfc822' : 'text/plain'),
      )
    } else {
      this.#forgetBoundary(multipart)
    }
    return true
  }

  #begin(at: number, fallback: DefaultType, envelope?: Envelope): Draft {
    const draft: Draft = {
      fallback,
      headerStart: at,
      bodyStart: at,
      end: at,
      linesBefore: this.#lines,
      lines: 0,
      content: noContent,
      boundary: undefined,
      shadowed: undefined,
      children: [],
      envelope,
      inner: undefined,
    }
    this.#parts++
    this.#open.push(draft)
    this.#inHeader = true
    return draft
  }

  /** Ends the header of the innermost part, and prepares for its content. */
  #endHeader(bodyStart: number): void {
    const draft = this.#open.at(-1)!
    draft.bodyStart = bodyStart
    draft.linesBefore = this.#lines
    this.#inHeader = false
    const fields = this.#fields(draft)
    draft.content = readContent(this.#bytes, fields, draft.fallback)
    if (draft.envelope) draft.envelope = readEnvelope(this.#bytes, fields)
    if (draft.content.type === 'multipart') this.#enterMultipart(draft)
    else if (isMessage(draft.content) && identity.has(draft.content.encoding)) this.#enterMessage(draft)
  }

  #enterMultipart(draft: Draft): void {
    const boundary = trimBlanksEnd(rawParameter(draft.content.params, 'boundary')?.octets ?? '')
    if (boundary === '' || boundary.length > LONGEST_BOUNDARY) {
      // RFC 2045 §5.2: a multipart without a boundary is invalid.
      draft.content = { ...draft.content, ...plainText }
    } else if (this.#full()) {
      draft.content = { ...draft.content, ...opaque }
    } else {
      draft.boundary = boundary
      draft.shadowed = this.#byBoundary.get(boundary)
      this.#byBoundary.set(boundary, draft)
      this.#longestBoundary = Math.max(this.#longestBoundary, boundary.length)
    }
  }

  #enterMessage(draft: Draft): void {
    if (this.#full()) {
      draft.content = { ...draft.content, ...opaque }
      return
    }
    draft.inner = this.#begin(draft.bodyStart, 'text/plain', {})
  }

  #fields(draft: Draft): readonly HeaderField[] {
    const end = Math.min(draft.bodyStart, draft.headerStart + MOST_HEADER_OCTETS - this.#headerOctets)
    this.#headerOctets += end - draft.headerStart
    const fields = readHeader(this.#bytes, draft.headerStart, end, MOST_FIELDS)
    this.#headers ??= fields
    return fields
  }

  #full(): boolean {
    return this.#parts >= MOST_PARTS || this.#open.length >= MOST_LEVELS
  }

  /** Ends the innermost part. `lines`: the number of line breaks before `end`. */
  #close(end: number, lines: number): void {
    const draft = this.#open.pop()!
    draft.end = Math.max(draft.bodyStart, end)
    draft.lines = Math.max(0, lines - draft.linesBefore)
    clip(draft)
    this.#forgetBoundary(draft)
  }

  #forgetBoundary(draft: Draft): void {
    if (draft.boundary === undefined) return
    if (draft.shadowed) this.#byBoundary.set(draft.boundary, draft.shadowed)
    else this.#byBoundary.delete(draft.boundary)
    draft.boundary = undefined
  }
  #lineOctets(): number {
    const bytes = this.#bytes
    const unended = bytes.length > 0 && bytes.at(-1) !== LF
    return bytes.length + this.#bareLines + (unended ? 2 : 0)
  }
}

/** Excludes the line break before a delimiter, which belongs to the delimiter, from the parts that end there. */
function clip({ inner, children, end }: Draft): void {
  const last = inner ?? children.at(-1)
  if (!last || last.end <= end) return
  last.headerStart = Math.min(last.headerStart, end)
  last.bodyStart = end
  last.end = end
  last.lines = 0
  clip(last)
}

function finish(draft: Draft): MimePart {
  const { headerStart, bodyStart, end, lines, content, inner } = draft
  const children = draft.children.map(finish)
  if (content.type === 'multipart' && children.length === 0) children.push(emptyPart(end))
  const message = inner && { envelope: inner.envelope ?? {}, part: finish(inner) }
  return { headerStart, bodyStart, end, lines, ...content, children, message }
}

/** A multipart without parts gets an empty one, because IMAP cannot describe an empty multipart. */
const emptyPart = (at: number): MimePart => ({
  headerStart: at,
  bodyStart: at,
  end: at,
  lines: 0,
  ...noContent,
  children: [],
  message: undefined,
})

/** RFC 2045 §6.4: the encodings allowed for a message inside a message. */
const identity: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary'])
