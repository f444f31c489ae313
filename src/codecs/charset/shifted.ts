import type { Shift } from './names.ts'

const SHIFT_OUT = 0x0e
const SHIFT_IN = 0x0f
const ESCAPE = 0x1b
const LF = 0x0a
const TILDE = 0x7e
const OPEN = 0x7b
const CLOSE = 0x7d

/**
 * Undoes the seven-bit wrappings of double-byte text: ISO-2022-KR (RFC 1557) becomes EUC-KR, HZ (RFC 1843) becomes
 * EUC-CN. Keeps its state from one piece to the next.
 */
export class Unshift {
  readonly #shift: Shift
  #double = false
  /** HZ: a tilde that ended the last piece. */
  #tilde = false
  /** Octets of the designator that are still to come: ISO-2022-KR begins with ESC $ ) C. */
  #designator = 0

  constructor(shift: Shift) {
    this.#shift = shift
  }

  write(bytes: Uint8Array): Buffer {
    const out = Buffer.allocUnsafe(bytes.length + 1)
    let length = 0
    for (const octet of bytes) {
      const plain = this.#shift === 'hz' ? this.#hz(octet) : this.#korean(octet)
      if (plain === undefined) continue
      out[length++] = this.#double && plain > 0x20 ? plain | 0x80 : plain
    }
    return out.subarray(0, length)
  }

  #korean(octet: number): number | undefined {
    if (this.#designator > 0) {
      this.#designator--
    } else if (octet === SHIFT_OUT || octet === SHIFT_IN) {
      this.#double = octet === SHIFT_OUT
    } else if (octet === ESCAPE) {
      this.#designator = 3
    } else {
      if (octet === LF) this.#double = false
      return octet
    }
    return undefined
  }

  #hz(octet: number): number | undefined {
    if (!this.#tilde) {
      this.#tilde = octet === TILDE
      return this.#tilde ? undefined : octet
    }
    this.#tilde = false
    if (octet === OPEN) this.#double = true
    else if (octet === CLOSE) this.#double = false
    else if (octet === TILDE) return TILDE
    else if (octet !== LF) return octet
    return undefined
  }
}
