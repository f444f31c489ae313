/** No octet of UTF-8: it begins a name, and it ends a text. */
export const NAME_START = Buffer.of(0xfe)
export const TEXT_END = Buffer.of(0xff)

const OFFSET_OCTETS = 4

/** Puts the texts of many messages together: offsets of each message's first octet and of the end, then the octets. */
export class TextColumnWriter {
  readonly #pieces: Uint8Array[] = []
  readonly #offsets: number[] = [0]
  #octets = 0

  /** More octets of the message that is at hand. */
  write(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece)
      this.#octets += piece.length
    }
  }

  /** The next message begins. */
  next(): void {
    this.#offsets.push(this.#octets)
  }

  finish(): Uint8Array<ArrayBuffer> {
    const start = this.#offsets.length * OFFSET_OCTETS
    const bytes = new Uint8Array(start + this.#octets)
    new Uint32Array(bytes.buffer, 0, this.#offsets.length).set(this.#offsets)
    let at = start
    for (const piece of this.#pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes
  }
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
    const start = (count + 1) * OFFSET_OCTETS
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
