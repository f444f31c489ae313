/** Octets that room is made for at first: most answers are a line or two. */
const SMALL = 512
/** Beyond this it does not ask for more room than it was shown to need. */
const LARGE = 160 * 1024
const ZERO = 0x30
const nothing = Buffer.alloc(0)

/** Answers are written into it without a string or an object for each. */
export class ReplyBuffer {
  /** What room is made for next; grows with what was needed, so that a long answer is not copied again and again. */
  #size: number
  #bytes: Buffer = nothing
  #length = 0

  /** `size`: octets that are made room for at first. */
  constructor(size: number = SMALL) {
    this.#size = size
  }

  get length(): number {
    return this.#length
  }

  /** One character an octet. */
  text(text: string): this {
    this.#reserve(text.length)
    this.#length += this.#bytes.write(text, this.#length, 'latin1')
    return this
  }

  octets(octets: Uint8Array): this {
    this.#reserve(octets.length)
    this.#bytes.set(octets, this.#length)
    this.#length += octets.length
    return this
  }

  /** A whole number up to 2^53, in decimal. */
  number(value: number): this {
    if (value >= 1e9) return this.text(String(value))
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits += 1
    this.#reserve(digits)
    let rest = value
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      this.#bytes[at] = ZERO + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    this.#length += digits
    return this
  }

  /** What was written, which is the taker's from here on. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#size = Math.min(LARGE, Math.max(this.#size, this.#bytes.length))
    this.#bytes = nothing
    this.#length = 0
    return taken
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#size, this.#bytes.length * 4))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
