/** Octets of the first allocation: most replies are one or two lines. */
const SMALL = 512
/** Maximum octets of one allocation, unless one write needs more. */
const LARGE = 160 * 1024
/** Shorter texts are written octet by octet, which is faster than a native call. */
const SHORT = 64
const ZERO = 0x30
const nothing = Buffer.alloc(0)

/** A buffer for replies that avoids a string or an object for each of them. */
export class ReplyBuffer {
  /** Octets of the next allocation. It grows each time, so that a long reply is copied rarely. */
  #size: number
  #bytes: Buffer = nothing
  /** Octets before this position were taken and do not change. */
  #start = 0
  #end = 0

  /** `size`: octets of the first allocation. */
  constructor(size: number = SMALL) {
    this.#size = size
  }

  get length(): number {
    return this.#end - this.#start
  }

  /** Writes a text with one character for each octet. */
  text(text: string): this {
    const { length } = text
    this.#reserve(length)
    const [bytes, end] = [this.#bytes, this.#end]
    if (length > SHORT) bytes.write(text, end, 'latin1')
    else for (let at = 0; at < length; at++) bytes[end + at] = text.charCodeAt(at)
    this.#end = end + length
    return this
  }

  octets(octets: Uint8Array): this {
    this.#reserve(octets.length)
    this.#bytes.set(octets, this.#end)
    this.#end += octets.length
    return this
  }

  /** Copies the octets from `start` to `end`. */
  copy(from: Buffer, start: number, end: number): this {
    this.#reserve(end - start)
    this.#end += from.copy(this.#bytes, this.#end, start, end)
    return this
  }

  /** Writes an integer up to 2^53 in decimal. */
  number(value: number): this {
    if (value >= 1e9) return this.text(String(value))
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits += 1
    this.#reserve(digits)
    const [bytes, end] = [this.#bytes, this.#end]
    let rest = value
    for (let at = end + digits - 1; at >= end; at--) {
      const tenth = (rest / 10) | 0
      bytes[at] = ZERO + rest - tenth * 10
      rest = tenth
    }
    this.#end = end + digits
    return this
  }

  /** Returns the written octets; the buffer does not change them afterwards. */
  take(): Buffer {
    const taken = this.#bytes.subarray(this.#start, this.#end)
    this.#start = this.#end
    return taken
  }

  /** Reuses the memory of taken octets, which are no longer needed. */
  reuse(): void {
    this.#bytes.copyWithin(0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
  }

  #reserve(more: number): void {
    if (this.#end + more <= this.#bytes.length) return
    const { length } = this
    const larger = Buffer.allocUnsafe(Math.max(length === 0 ? more : 2 * (length + more), this.#size))
    this.#size = Math.min(LARGE, larger.length * 4)
    this.#bytes.copy(larger, 0, this.#start, this.#end)
    this.#bytes = larger
    this.#start = 0
    this.#end = length
  }
}
