import { crc32 } from 'node:zlib'

/** The bits of an octet that count. Three octets are a trigram. */
const OCTET_BITS = 5
const OCTET_MASK = (1 << OCTET_BITS) - 1
const GRAM_BITS = 3 * OCTET_BITS
const GRAMS = 1 << GRAM_BITS
/** The fewest trigrams that a filter tells apart, as a power of two. */
const FEWEST_BITS = 8
/** Pairs of rows are merged, again and again, while at most this share of the bits is set. */
const DENSE = 0.25

const WORD = 32
/** Words before the rows: a checksum, the bits of a trigram, the number of messages. */
const HEAD = 3

/**
 * Tells which messages of a segment may contain a term, and where their texts lie. Each trigram has a row with a bit
 * for each message, which is set for messages that contain the trigram and for some others. Trigrams with the same
 * beginning are neighbours, so that terms shorter than a trigram can be looked up too.
 */
export class TrigramFilter {
  readonly #words: Uint32Array
  readonly #bits: number
  readonly #count: number
  readonly #width: number
  readonly #rows: number

  private constructor(words: Uint32Array) {
    this.#words = words
    this.#bits = words[1]!
    this.#count = words[2]!
    this.#width = widthOf(this.#count)
    this.#rows = HEAD + 2 * (this.#count + 1)
  }

  /** Reads the output of {@link TrigramFilterWriter.finish} for `count` messages; undefined if it is damaged. */
  static read({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>, count: number): TrigramFilter | undefined {
    if (length % 4 !== 0 || byteOffset % 4 !== 0 || length < HEAD * 4) return undefined
    const words = new Uint32Array(buffer, byteOffset, length / 4)
    const bits = words[1]!
    const whole = bits <= GRAM_BITS && words[2] === count && words.length === lengthOf(count, 1 << bits)
    // With a wrong bit, a search would miss a message.
    return whole && words[0] === checksumOf(words) ? new TrigramFilter(words) : undefined
  }

  /** The messages that may contain one of the terms, ascending. The other messages do not contain any. */
  passing(needles: readonly Uint8Array[]): readonly number[] {
    const any = new Uint32Array(this.#width)
    for (const needle of needles) {
      for (const [at, word] of this.#holding(needle).entries()) any[at]! |= word
    }
    const messages: number[] = []
    for (let message = 0; message < this.#count; message++) {
      if ((any[message >>> 5]! >>> (message & 31)) & 1) messages.push(message)
    }
    return messages
  }

  /** Four offsets of a message in the columns: start and end of its lines, start and end of its body. */
  places(message: number): readonly [number, number, number, number] {
    const [lines, body] = [HEAD + message, HEAD + this.#count + 1 + message]
    const words = this.#words
    return [words[lines]!, words[lines + 1]!, words[body]!, words[body + 1]!]
  }

  /** One bit for each message. */
  #holding(octets: Uint8Array): Uint32Array {
    if (octets.length < 3) return this.#beginning(octets)
    const holding = new Uint32Array(this.#width).fill(0xffff_ffff)
    let gram = 0
    for (let at = 0; at < octets.length; at++) {
      gram = next(gram, octets[at]!)
      if (at >= 2) for (const [nth, word] of this.#row(gram).entries()) holding[nth]! &= word
    }
    return holding
  }

  #row(gram: number): Uint32Array {
    const start = this.#rows + (gram & ((1 << this.#bits) - 1)) * this.#width
    return this.#words.subarray(start, start + this.#width)
  }

  /** Messages with a trigram that begins with these octets, of which there are fewer than three. */
  #beginning(octets: Uint8Array): Uint32Array {
    const any = new Uint32Array(this.#width)
    const left = OCTET_BITS * (3 - octets.length)
    const first = octets.reduce(next, 0) << left
    for (let gram = first; gram < first + (1 << Math.min(left, this.#bits)); gram++) {
      for (const [at, word] of this.#row(gram).entries()) any[at]! |= word
    }
    return any
  }
}

/** Builds the filter of `count` messages, one after another. */
export class TrigramFilterWriter {
  /** The trigrams of the current message. */
  readonly #grams = new Uint32Array(GRAMS / WORD)
  readonly #rows: Uint32Array
  readonly #count: number
  readonly #width: number
  #message = 0
  #set = 0

  constructor(count: number) {
    this.#count = count
    this.#width = widthOf(count)
    this.#rows = new Uint32Array(GRAMS * this.#width)
  }

  /** Adds octets of the current message: texts with their ends. */
  write(octets: Uint8Array): void {
    const grams = this.#grams
    let gram = 0
    for (let at = 0; at < octets.length; at++) {
      gram = ((gram << OCTET_BITS) | (octets[at]! & OCTET_MASK)) & (GRAMS - 1)
      grams[gram >>> 5]! |= 1 << (gram & 31)
    }
    // Terms at the end of the text are found by their beginning.
    for (let more = 0; more < 2; more++) {
      gram = next(gram, 0)
      grams[gram >>> 5]! |= 1 << (gram & 31)
    }
  }

  /** Ends the current message. */
  next(): void {
    const place = this.#message >>> 5
    const bit = 1 << (this.#message & 31)
    const [grams, rows, width] = [this.#grams, this.#rows, this.#width]
    for (let word = 0; word < grams.length; word++) {
      for (let rest = grams[word]!; rest !== 0; rest &= rest - 1) {
        const gram = word * WORD + (31 - Math.clz32(rest & -rest))
        rows[gram * width + place]! |= bit
        this.#set++
      }
    }
    grams.fill(0)
    this.#message++
  }

  /** `lines` and `body`: the offsets at which the messages' texts end in their columns, beginning with a 0. */
  finish(lines: readonly number[], body: readonly number[]): Uint8Array<ArrayBuffer> {
    const [count, width, rows] = [this.#count, this.#width, this.#rows]
    const bits = bitsFor(this.#set / (GRAMS * Math.max(1, count)))
    const words = new Uint32Array(lengthOf(count, 1 << bits))
    words.set([0, bits, count, ...lines, ...body])
    const start = words.length - (width << bits)
    // The distance between rows that are merged.
    const apart = width << bits
    for (let from = 0; from < rows.length; from += apart) {
      for (let at = 0; at < apart; at++) words[start + at]! |= rows[from + at]!
    }
    words[0] = checksumOf(words)
    return new Uint8Array(words.buffer)
  }
}

const next = (gram: number, octet: number): number => ((gram << OCTET_BITS) | (octet & OCTET_MASK)) & (GRAMS - 1)

const widthOf = (count: number): number => Math.ceil(count / WORD)

const lengthOf = (count: number, grams: number): number => HEAD + 2 * (count + 1) + grams * widthOf(count)

const checksumOf = (words: Uint32Array): number =>
  crc32(Buffer.from(words.buffer, words.byteOffset + 4, words.byteLength - 4))

/** The number of bits of a trigram that count, given the share of bits that are set. */
function bitsFor(density: number): number {
  let bits = GRAM_BITS
  let clear = 1 - density
  while (bits > FEWEST_BITS && 1 - clear * clear <= DENSE) {
    clear *= clear
    bits--
  }
  return bits
}
