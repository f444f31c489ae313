const LF = 0x0a
const CR = 0x0d
const DOT = 0x2e
const carriageReturn = Buffer.from('\r')

/** The last input: a line end, a dot at the start of a line, that dot and a CR, text, or a CR in text. */
type Seen = 'line-end' | 'dot' | 'dot-cr' | 'text' | 'cr'

export interface Decoded {
  /** Octets of the message, in order. */
  readonly pieces: readonly Buffer[]
  /** Position of the first octet after the end of the message; undefined before the end. */
  readonly end: number | undefined
}

/**
 * RFC 5321 §4.5.2: extracts the message from the input after DATA, chunk by chunk. Only CRLF ends a line: a dot after a
 * bare LF or a bare CR is text, so that only `CRLF . CRLF` ends the message (§4.1.1.4, CVE-2023-51764).
 */
export class DataDecoder {
  #seen: Seen = 'line-end'

  push(chunk: Buffer): Decoded {
    const pieces: Buffer[] = []
    let copied = 0
    for (let at = 0; at < chunk.length;) {
      switch (this.#seen) {
        case 'line-end':
          if (chunk[at] !== DOT) {
            this.#seen = 'text'
            break
          }
          if (at > copied) pieces.push(chunk.subarray(copied, at))
          copied = ++at
          this.#seen = 'dot'
          break
        case 'dot':
          if (chunk[at] !== CR) {
            this.#seen = 'text'
            break
          }
          copied = ++at
          this.#seen = 'dot-cr'
          break
        case 'dot-cr':
          if (chunk[at] === LF) return { pieces, end: at + 1 }
          // This was not a line end: the CR is the first octet of the text.
          pieces.push(carriageReturn)
          this.#seen = 'cr'
          break
        default:
          at = this.#lineEnd(chunk, at)
      }
    }
    if (copied < chunk.length) pieces.push(chunk.subarray(copied))
    return { pieces, end: undefined }
  }

  /** Continues after the next LF. */
  #lineEnd(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(LF, at)
    if (end < 0) {
      this.#seen = chunk.at(-1) === CR ? 'cr' : 'text'
      return chunk.length
    }
    const afterCr = end > at ? chunk[end - 1] === CR : this.#seen === 'cr'
    this.#seen = afterCr ? 'line-end' : 'text'
    return end + 1
  }
}

const lineEnd = Buffer.from('\r\n')
const nothing = Buffer.alloc(0)

/**
 * Gives a message, piece by piece, the line ends of RFC 5321 §2.3.8: a bare LF becomes CRLF, and a last line without an
 * end gets one. A bare CR stays as it is.
 */
export class LineEnds {
  /** The octet before the piece. A message begins like a line. */
  #last = LF

  /** Returns only the piece itself if nothing in it has to change. */
  push(piece: Buffer): readonly Buffer[] {
    if (piece.length === 0) return []
    const pieces: Buffer[] = []
    let copied = 0
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) {
      if ((at === 0 ? this.#last : piece[at - 1]) === CR) continue
      pieces.push(piece.subarray(copied, at), carriageReturn)
      copied = at
    }
    this.#last = piece.at(-1)!
    pieces.push(piece.subarray(copied))
    return pieces
  }

  /** The end of the last line, if it has none. */
  end(): Buffer {
    return this.#last === LF ? nothing : lineEnd
  }
}
