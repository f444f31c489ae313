const LF = 0x0a
const CR = 0x0d
const carriageReturn = Buffer.from('\r')
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
