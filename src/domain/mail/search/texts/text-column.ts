import { casemapLength, writeCasemapped } from '../../../../codecs/charset/unicode-casemap.ts'
import type { Ask, BodyAsk } from '../leaves.ts'

/** No octet of UTF-8: it begins a name, and it ends a text. */
export const NAME_START = Buffer.of(0xfe)
export const TEXT_END = Buffer.of(0xff)

const OFFSET_OCTETS = 4
/** Octets that there is room for in the beginning, and units of a text that are written at a time. */
const ROOM = 16 * 1024
const PIECE = 4096

/** Where the octets begin of a column of so many messages. */
export const columnStart = (count: number): number => (count + 1) * OFFSET_OCTETS

/** Puts the texts of many messages together: offsets of each message's first octet and of the end, then the octets. */
export class TextColumnWriter {
  #bytes = Buffer.allocUnsafeSlow(ROOM)
  #end = 0
  readonly #offsets: number[] = [0]

  /** Where the messages' octets end, beginning with a 0. */
  get ends(): readonly number[] {
    return this.#offsets
  }

  /** More octets of the message that is at hand. */
  write(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#makeRoom(piece.length)
      this.#bytes.set(piece, this.#end)
      this.#end += piece.length
    }
  }

  /** More text of the message that is at hand, in the form in which it is compared. */
  writeText(text: string): void {
    for (let start = 0; start < text.length;) {
      const end = pieceEnd(text, start)
      const piece = end - start === text.length ? text : text.slice(start, end)
      this.#makeRoom(casemapLength(piece.length))
      this.#end = writeCasemapped(piece, this.#bytes, this.#end)
      start = end
    }
  }

  /** The next message begins. Gives the octets of this one, to be used at once. */
  next(): Uint8Array {
    const start = this.#offsets.at(-1)!
    this.#offsets.push(this.#end)
    return this.#bytes.subarray(start, this.#end)
  }

  /** The column, in parts that stand one behind the other. */
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

/** Where a piece ends that begins here, without cutting a pair in two. */
function pieceEnd(text: string, start: number): number {
  const end = start + PIECE
  if (end >= text.length) return text.length
  const last = text.charCodeAt(end - 1)
  return last >= 0xd800 && last < 0xdc00 ? end + 1 : end
}

/** The texts of many messages, one behind the other. */
export class TextColumn {
  readonly #offsets: Uint32Array
  readonly #text: Buffer

  private constructor(offsets: Uint32Array, text: Buffer) {
    this.#offsets = offsets
    this.#text = text
  }

  /** `bytes` are those of {@link TextColumnWriter.finish}, for so many messages; undefined when they cannot be. */
  static read(bytes: Uint8Array<ArrayBuffer>, count: number): TextColumn | undefined {
    const start = columnStart(count)
    if (bytes.length < start) return undefined
    const offsets = new Uint32Array(bytes.buffer, 0, count + 1)
    const ascend = offsets.every((offset, at) => offset >= (offsets[at - 1] ?? 0))
    if (!ascend || offsets[0] !== 0 || offsets[count] !== bytes.length - start) return undefined
    return new TextColumn(offsets, Buffer.from(bytes.buffer, start))
  }

  /** Tells which messages hold these octets; the empty ones are held by every message that has a text at all. */
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

/** What a segment of texts is made of: the messages' own headers, or all of their text. Their numbers in the rows. */
export const kinds = { header: 0, body: 1 } as const
export type TextKind = keyof typeof kinds

/** A segment's messages are told apart by an octet. */
export const MOST_MESSAGES = 256

/** Fields whose texts are kept, each in a column of its own. Of others the header itself is read, where there are any. */
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
/** Names of each header's fields. */
export const NAMES = 'names'
/** Lines of the header and of the parts' MIME headers. */
export const LINES = 'lines'
export const BODY = 'body'
/** Which messages may hold a text, and where the texts of each lie. */
export const TRIGRAM_FILTER = 'sieve'

/** A day that there is not. */
export const NEVER = -0x8000_0000

export const isBodyAsk = (ask: Ask): ask is BodyAsk => ask.of === 'body' || ask.of === 'text'
export const kindOf = (ask: Ask): TextKind => (isBodyAsk(ask) ? 'body' : 'header')

/** The columns that answer. */
export function columnsFor(ask: Ask): readonly string[] {
  if (ask.of === 'sent') return [SENT]
  if (ask.of === 'field') return [indexedFields.includes(ask.name) ? ask.name : NAMES]
  return ask.of === 'text' ? [BODY, LINES] : [BODY]
}
