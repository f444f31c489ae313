/** RFC 2045 §6.8: octets on one line of 76 characters. */
const LINE = 57

/** The length of base64 in lines, without a line break after the last. */
export const encodedLength = (octets: number): number =>
  Math.ceil(octets / 3) * 4 + Math.max(0, Math.ceil(octets / LINE) - 1) * 2

/** Encodes octets, piece by piece, as base64 in lines. */
export class Base64Lines {
  #rest: Buffer = Buffer.alloc(0)
  #started = false

  /** The lines that are full with these octets. */
  write(octets: Uint8Array): Buffer {
    const all = this.#rest.length > 0 ? Buffer.concat([this.#rest, octets]) : bufferOf(octets)
    // The last line waits, because no line break follows it.
    const full = Math.max(0, Math.ceil(all.length / LINE) - 1) * LINE
    this.#rest = Buffer.from(all.subarray(full))
    return this.#lines(all.subarray(0, full))
  }

  end(): Buffer {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return this.#lines(rest)
  }

  #lines(octets: Buffer): Buffer {
    if (octets.length === 0) return Buffer.alloc(0)
    const text = octets.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\r\n')
    const before = this.#started ? '\r\n' : ''
    this.#started = true
    return Buffer.from(before + text, 'latin1')
  }
}

const bufferOf = (octets: Uint8Array): Buffer => Buffer.from(octets.buffer, octets.byteOffset, octets.length)
