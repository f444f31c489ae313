const LF = 0x0a
const CR = 0x0d
const DOT = 0x2e
const lineFeedDot = Buffer.from('\n.')
const returnDot = Buffer.from('\r.')
const carriageReturn = Buffer.from('\r')
const dot = Buffer.from('.')
const terminator = Buffer.from('.\r\n')
const endOfLine = Buffer.from('\r\n.\r\n')
const nothing = Buffer.alloc(0)

/**
 * RFC 1939 §3: converts the octets of one message, chunk by chunk, into the lines of a multi-line reply. A line that
 * begins with a dot gets another dot, a bare LF becomes CRLF, and a last line without an end gets one.
 *
 * A bare CR does not end a line (RFC 5322 §2.3) and is sent as it is. Some clients take it for a line end. For them
 * `CR . CR` or `CR . CRLF` would end the reply, and the rest would be the reply to their next command. So a single dot
 * between a bare CR and the next CR or LF is doubled too. Every other dot after a bare CR stays single.
 */
export class DotStuffing {
  readonly #whole: boolean
  /** The octet before the chunk. A message begins like a line. */
  #last = LF
  /** Whether the last chunk ended in a dot after a bare CR. The dot is held back until the next octet. */
  #held = false

  /** `whole`: every line ends in CRLF, the last one too, so that only dots need attention. */
  constructor(whole = false) {
    this.#whole = whole
  }

  /** Returns the chunk itself if nothing in it has to change. */
  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk
    const released = this.#release(chunk[0]!)
    const returns = (this.#last === CR && chunk[0] === DOT) || chunk.includes(returnDot)
    const stuffed = returns ? this.#octets(chunk) : this.#whole ? this.#dots(chunk) : this.#lines(chunk)
    this.#last = chunk.at(-1)!
    return released.length === 0 ? stuffed : Buffer.concat([released, stuffed])
  }

  /** The end of the last line, if it has none, and of the reply. */
  end(): Buffer {
    const ending = this.#last === LF ? terminator : endOfLine
    const released = this.#release(CR)
    return released.length === 0 ? ending : Buffer.concat([released, ending])
  }

  /** The dot that was held back, doubled if it is alone in its line. */
  #release(next: number): Buffer {
    if (!this.#held) return nothing
    this.#held = false
    return isLineEnd(next) ? Buffer.concat([dot, dot]) : dot
  }

  /** Works octet by octet: for a chunk with a dot after a bare CR. */
  #octets(chunk: Buffer): Buffer {
    const pieces: Buffer[] = []
    let copied = 0
    const insert = (piece: Buffer, at: number): void => {
      pieces.push(chunk.subarray(copied, at), piece)
      copied = at
    }
    for (let at = 0, before = this.#last; at < chunk.length; before = chunk[at++]!) {
      const octet = chunk[at]
      if (octet === LF && before !== CR) insert(carriageReturn, at)
      if (octet !== DOT) continue
      const next = chunk[at + 1]
      if (before === LF || (before === CR && next !== undefined && isLineEnd(next))) insert(dot, at)
      this.#held = before === CR && next === undefined
    }
    return joined(pieces, this.#held ? chunk.subarray(0, -1) : chunk, copied)
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

const isLineEnd = (octet: number): boolean => octet === CR || octet === LF

/** RFC 1939 §7: the header of a message, the blank line, and a number of lines of the body, chunk by chunk. */
export class TopLines {
  #linesLeft: number
  #inHeader = true
  #over = false
  /** The content of the present line so far. */
  #line: 'nothing' | 'cr' | 'text' = 'nothing'

  constructor(lines: number) {
    this.#linesLeft = lines
  }

  /** Whether all requested lines have come. */
  get over(): boolean {
    return this.#over
  }

  /** The part of the chunk within the requested lines. */
  push(chunk: Buffer): Buffer {
    if (this.#over) return chunk.subarray(0, 0)
    for (let at = 0; ;) {
      const end = chunk.indexOf(LF, at)
      if (end < 0) {
        this.#remember(chunk.subarray(at))
        return chunk
      }
      this.#remember(chunk.subarray(at, end))
      this.#endLine()
      at = end + 1
      if (this.#over) return chunk.subarray(0, at)
    }
  }

  #remember(text: Buffer): void {
    if (text.length === 0) return
    this.#line = this.#line === 'nothing' && text.length === 1 && text[0] === CR ? 'cr' : 'text'
  }

  #endLine(): void {
    if (!this.#inHeader) this.#linesLeft--
    else if (this.#line !== 'text') this.#inHeader = false
    this.#over = !this.#inHeader && this.#linesLeft <= 0
    this.#line = 'nothing'
  }
}
