import { casemapLength, writeCasemapped } from '../../../../codecs/charset/unicode-casemap.ts'
import type { Ask, BodyAsk } from '../leaves.ts'

/** Octets that do not occur in UTF-8: the first starts a field name, the second ends a text. */
export const NAME_START = Buffer.of(0xfe)
export const TEXT_END = Buffer.of(0xff)

const OFFSET_OCTETS = 4
/** The initial size of the buffer in octets, and the characters that are written at a time. */
const INITIAL_OCTETS = 16 * 1024
const PIECE = 4096

/** The offset of the first text in a column of `count` messages. */
export const columnStart = (count: number): number => (count + 1) * OFFSET_OCTETS

/** Joins the texts of many messages: the offset of each message's first octet and of the end, then the octets. */
export class TextColumnWriter {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_OCTETS)
  #end = 0
  readonly #offsets: number[] = [0]

  /** The offsets at which the messages' octets end, beginning with a 0. */
  get ends(): readonly number[] {
    return this.#offsets
  }

  /** Adds octets to the current message. */
  write(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#makeRoom(piece.length)
      this.#bytes.set(piece, this.#end)
      this.#end += piece.length
    }
  }

  /** Adds case-folded text to the current message. */
  writeText(text: string): void {
    for (let start = 0; start < text.length;) {
      const end = pieceEnd(text, start)
      const piece = end - start === text.length ? text : text.slice(start, end)
      this.#makeRoom(casemapLength(piece.length))
      this.#end = writeCasemapped(piece, this.#bytes, this.#end)
      start = end
    }
  }

  /** Ends the current message. Returns its octets, which are valid until the next call. */
  next(): Uint8Array {
    const start = this.#offsets.at(-1)!
    this.#offsets.push(this.#end)
    return this.#bytes.subarray(start, this.#end)
  }

  /** The parts of the column. */
  finish(): readonly Uint8Array[] {
    const offsets = Uint32Array.from(this.#offsets)
    return [new Uint8Array(offsets.buffer), this.#bytes.subarray(0, this.#end)]
  }

  #makeRoom(octets: number): void {
    if (this.#end + octets <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#end + octets, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = larger
  }
}

/** The end of the piece that starts here. Does not split a surrogate pair. */
function pieceEnd(text: string, start: number): number {
  const end = start + PIECE
  if (end >= text.length) return text.length
  const last = text.charCodeAt(end - 1)
  return last >= 0xd800 && last < 0xdc00 ? end + 1 : end
}

/** The texts of many messages, one after another. */
export class TextColumn {
  readonly #offsets: Uint32Array
  readonly #text: Buffer

  private constructor(offsets: Uint32Array, text: Buffer) {
    this.#offsets = offsets
    this.#text = text
  }

  /** Reads the output of {@link TextColumnWriter.finish} for `count` messages; undefined if it is damaged. */
  static read(bytes: Uint8Array<ArrayBuffer>, count: number): TextColumn | undefined {
    const start = columnStart(count)
    if (bytes.length < start) return undefined
    const offsets = new Uint32Array(bytes.buffer, 0, count + 1)
    const ascend = offsets.every((offset, at) => offset >= (offsets[at - 1] ?? 0))
    if (!ascend || offsets[0] !== 0 || offsets[count] !== bytes.length - start) return undefined
    return new TextColumn(offsets, Buffer.from(bytes.buffer, start))
  }

  /** Yields the messages that contain these octets. Without octets, yields the messages that have any text. */
  *holding(octets: Uint8Array): Generator<number, void> {
    if (octets.length === 0) yield* this.#withTexts()
    else yield* this.#matching(octets)
  }

  *#withTexts(): Generator<number, void> {
    const offsets = this.#offsets
    for (let at = 0; at + 1 < offsets.length; at++) if (offsets[at + 1]! > offsets[at]!) yield at
  }

  *#matching(octets: Uint8Array): Generator<number, void> {
    const offsets = this.#offsets
    let message = 0
    for (let hit = this.#text.indexOf(octets); hit >= 0; hit = this.#text.indexOf(octets, offsets[message])) {
      while (offsets[message + 1]! <= hit) message++
      yield message++
    }
  }
}

/** The kinds of segments, and their numbers in the rows: texts of the messages' own headers, or all text. */
export const kinds = { header: 0, body: 1 } as const
export type TextKind = keyof typeof kinds

/** The most messages of a segment. The slot of a message is one octet. */
export const MOST_MESSAGES = 256

/**
 * Fields whose texts are kept, each in a column of its own. A search for other fields reads the headers that have them.
 */
export const indexedFields: readonly string[] = [
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'sender',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'list-id',
]

/** Days on which the messages were sent. */
export const SENT = 'sent'
/** The names of each header's fields. */
export const NAMES = 'names'
/** The lines of the header and of the MIME headers of parts. */
export const LINES = 'lines'
export const BODY = 'body'
/**
 * The filter that says which messages may contain a term, and where their texts lie. The name is part of the stored
 * format.
 */
export const TRIGRAM_FILTER = 'sieve'

/** No day. */
export const NEVER = -0x8000_0000

export const isBodyAsk = (ask: Ask): ask is BodyAsk => ask.of === 'body' || ask.of === 'text'
export const kindOf = (ask: Ask): TextKind => (isBodyAsk(ask) ? 'body' : 'header')

/** The columns that answer an ask. */
export function columnsFor(ask: Ask): readonly string[] {
  if (ask.of === 'sent') return [SENT]
  if (ask.of === 'field') return [indexedFields.includes(ask.name) ? ask.name : NAMES]
  return ask.of === 'text' ? [BODY, LINES] : [BODY]
}
