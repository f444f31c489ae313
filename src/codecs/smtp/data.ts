const LF = 0x0a
const CR = 0x0d
const DOT = 0x2e
const carriageReturn = Buffer.from('\r')

/** What was seen last: a line's end, the dot that a line began with, that dot and a CR, something else, or a CR in it. */
type Seen = 'line-end' | 'dot' | 'dot-cr' | 'text' | 'cr'

export interface Decoded {
  /** Octets of the message, to be taken one after another. */
  readonly pieces: readonly Buffer[]
  /** Where in the chunk the first octet after the message's end stands; undefined while the end has not come. */
  readonly end: number | undefined
}

/**
 * RFC 5321 §4.5.2: takes the message out of what follows DATA, chunk by chunk. CRLF alone ends a line: a dot after a bare
 * LF or a bare CR is text like any other, so that nothing but `CRLF . CRLF` ends the message (§4.1.1.4, CVE-2023-51764).
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
          // The line did not end: the CR is the first octet of its text.
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

  /** Goes on to after the next LF. */
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
 * Makes a message, piece by piece, one in lines as RFC 5321 §2.3.8 has them: a bare LF becomes CRLF, and a last line
 * without an end gets one. A bare CR ends nothing and stays.
 */
export class LineEnds {
  /** The octet before the piece; a message begins as a line does. */
  #last = LF

  /** The piece itself, and nothing else, when nothing in it had to change. */
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

  /** What ends the last line, where it has no end. */
  end(): Buffer {
    return this.#last === LF ? nothing : lineEnd
  }
}
