/** Octets that room is made for at first: most answers are a line or two. */
const SMALL = 512
/** And the most at a time, unless more is written at once. */
const LARGE = 160 * 1024
/** Texts up to here are written an octet at a time: a call out of the language would take longer. */
const SHORT = 64
const ZERO = 0x30
const nothing = Buffer.alloc(0)

/** Answers are written into it without a string or an object for each. */
export class ReplyBuffer {
  /** What room is made for next; grows each time, so that a long answer is not copied again and again. */
  #size: number
  #bytes: Buffer = nothing
  /** What lies before it was taken, and is written no more. */
  #start = 0
  #end = 0

  /** `size`: octets that are made room for at first. */
  constructor(size: number = SMALL) {
    this.#size = size
  }

  get length(): number {
    return this.#end - this.#start
  }

  /** One character an octet. */
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

  /** Those that lie between `start` and `end`. */
  copy(from: Buffer, start: number, end: number): this {
    this.#reserve(end - start)
    this.#end += from.copy(this.#bytes, this.#end, start, end)
    return this
  }

  /** A whole number up to 2^53, in decimal. */
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

  /** What was written, which is the taker's from here on. */
  take(): Buffer {
    const taken = this.#bytes.subarray(this.#start, this.#end)
    this.#start = this.#end
    return taken
  }

  /** What was taken is needed no more: the next is written over it. */
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
