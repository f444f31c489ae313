import { crc32 } from 'node:zlib'

const CHECKSUM_OCTETS = 4
/** Of the filter while it is written, as a power of two; it is halved while it is nearly empty. */
const MOST_BITS = 17
const FEWEST_BITS = 10
/** A filter is halved when fewer than one in so many bits are set. */
const SPARSE = 8

/** Which 1-, 2- and 3-grams of UTF-16 units a text holds; now and then also one that it does not. */
export class GramsWriter {
  readonly #bits = new Uint8Array(1 << (MOST_BITS - 3))
  #last = 0
  #beforeLast = 0

  /** `continues`: the text goes on from the one before. */
  write(text: string, continues: boolean): void {
    const bits = this.#bits
    let last = continues ? this.#last : 0
    let beforeLast = continues ? this.#beforeLast : 0
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      const one = gram(unit, 0, 0)
      const two = gram(unit, last, 0)
      const three = gram(unit, last, beforeLast)
      bits[one >>> 3]! |= 1 << (one & 7)
      bits[two >>> 3]! |= 1 << (two & 7)
      bits[three >>> 3]! |= 1 << (three & 7)
      beforeLast = last
      last = unit
    }
    this.#last = last
    this.#beforeLast = beforeLast
  }

  /** The filter and its checksum: a wrong bit would be a message that is not found. */
  finish(): Uint8Array<ArrayBuffer> {
    let bits = this.#bits
    while (bits.length > 1 << (FEWEST_BITS - 3) && isSparse(bits)) {
      const half = bits.length / 2
      const [low, high] = [bits.subarray(0, half), bits.subarray(half)]
      bits = low.map((octet, at) => octet | high[at]!)
    }
    const sealed = new Uint8Array(bits.length + CHECKSUM_OCTETS)
    sealed.set(bits)
    new DataView(sealed.buffer).setUint32(bits.length, crc32(bits))
    return sealed
  }
}

/** The filter in what {@link GramsWriter.finish} gave; undefined when it is damaged. */
export function openGrams(sealed: Uint8Array): Uint8Array | undefined {
  const bits = sealed.subarray(0, -CHECKSUM_OCTETS)
  const { length } = bits
  const isFilter = length >= 1 << (FEWEST_BITS - 3) && length <= 1 << (MOST_BITS - 3) && (length & (length - 1)) === 0
  if (!isFilter) return undefined
  const checksum = new DataView(sealed.buffer, sealed.byteOffset).getUint32(length)
  return checksum === crc32(bits) ? bits : undefined
}

/** Whether a text with those grams may hold this one. */
export function mayHold(bits: Uint8Array, grams: readonly number[]): boolean {
  const mask = bits.length * 8 - 1
  return grams.every((gram) => (bits[(gram & mask) >>> 3]! >>> (gram & 7)) & 1)
}

/** The longest grams that a text has. */
export function gramsOf(text: string): readonly number[] {
  const length = Math.min(text.length, 3)
  const unit = (at: number) => (at < 0 ? 0 : text.charCodeAt(at))
  const grams = new Set<number>()
  for (let at = Math.max(0, length - 1); at < text.length; at++) {
    grams.add(gram(unit(at), length > 1 ? unit(at - 1) : 0, length > 2 ? unit(at - 2) : 0))
  }
  return [...grams]
}

/** Nothing is 0 here, and so is the unit 0: that is one gram taken for another, which a filter may do. */
function gram(unit: number, last: number, beforeLast: number): number {
  const mixed = Math.imul(Math.imul(beforeLast ^ 0x9e37, 0x85eb_ca6b) ^ last, 0xc2b2_ae35) ^ unit
  const spread = Math.imul(mixed, 0x9e37_79b1)
  return (spread ^ (spread >>> 15)) & ((1 << MOST_BITS) - 1)
}

function isSparse(bits: Uint8Array): boolean {
  let set = 0
  for (const octet of bits) set += ones[octet]!
  return set * SPARSE < bits.length * 8
}

const ones = Uint8Array.from({ length: 256 }, (_, octet) => octet.toString(2).replaceAll('0', '').length)
