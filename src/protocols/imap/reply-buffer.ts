/** Octets that room is made for at first: most answers are a line or two. */
const SMALL = 512
/** And the most at a time, unless more is written at once. */
const LARGE = 160 * 1024
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
    this.#reserve(text.length)
    this.#end += this.#bytes.write(text, this.#end, 'latin1')
    return this
  }

  octets(octets: Uint8Array): this {
    this.#reserve(octets.length)
    this.#bytes.set(octets, this.#end)
    this.#end += octets.length
    return this
  }

  /** A whole number up to 2^53, in decimal. */
  number(value: number): this {
    if (value >= 1e9) return this.text(String(value))
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits += 1
    this.#reserve(digits)
    let rest = value
    for (let at = this.#end + digits - 1; at >= this.#end; at--) {
      this.#bytes[at] = ZERO + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    this.#end += digits
    return this
  }

  /** What was written, which is the taker's from here on. */
  take(): Buffer {
    const taken = this.#bytes.subarray(this.#start, this.#end)
    this.#start = this.#end
    return taken
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
