const LF = 0x0a
const CR = 0x0d
const DOT = 0x2e
const lineFeedDot = Buffer.from('\n.')
const carriageReturn = Buffer.from('\r')
const dot = Buffer.from('.')
const terminator = Buffer.from('.\r\n')
const endOfLine = Buffer.from('\r\n.\r\n')

/**
 * RFC 1939 §3: turns the octets of one message, chunk by chunk, into the lines of a multi-line reply. A line that begins
 * with a dot gets another, a bare LF becomes CRLF, and a last line without an end gets one.
 */
export class DotStuffing {
  readonly #whole: boolean
  /** The octet before the chunk; a message begins as a line does. */
  #last = LF

  /** `whole`: every line is known to end in CRLF, the last one too, so that only dots need to be looked for. */
  constructor(whole = false) {
    this.#whole = whole
  }

  /** The chunk itself when nothing in it had to change. */
  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk
    const stuffed = this.#whole ? this.#dots(chunk) : this.#lines(chunk)
    this.#last = chunk.at(-1)!
    return stuffed
  }

  /** What ends the last line, where it has no end, and the reply. */
  end(): Buffer {
    return this.#last === LF ? terminator : endOfLine
  }

  #dots(chunk: Buffer): Buffer {
    const pieces: Buffer[] = []
    let copied = 0
    if (this.#last === LF && chunk[0] === DOT) pieces.push(dot)
    for (let at = chunk.indexOf(lineFeedDot); at >= 0; at = chunk.indexOf(lineFeedDot, at + 2)) {
      pieces.push(chunk.subarray(copied, at + 1), dot)
      copied = at + 1
    }
    return joined(pieces, chunk, copied)
  }

  #lines(chunk: Buffer): Buffer {
    const pieces: Buffer[] = []
    let copied = 0
    const insert = (piece: Buffer, at: number): void => {
      pieces.push(chunk.subarray(copied, at), piece)
      copied = at
    }
    let atLineStart = this.#last === LF
    for (let at = 0; at < chunk.length; atLineStart = true) {
      if (atLineStart && chunk[at] === DOT) insert(dot, at)
      const end = chunk.indexOf(LF, at)
      if (end < 0) break
      const before = end === 0 ? this.#last : chunk[end - 1]
      if (before !== CR) insert(carriageReturn, end)
      at = end + 1
    }
    return joined(pieces, chunk, copied)
  }
}

function joined(pieces: Buffer[], chunk: Buffer, copied: number): Buffer {
  if (pieces.length === 0) return chunk
  return Buffer.concat([...pieces, chunk.subarray(copied)])
}
