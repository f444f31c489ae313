const LF = 10
const CR = 13
const STAR = 42
const PLUS = 43
const ZERO = 48
const NINE = 57
const OPEN = 123
const CLOSE = 125

/** What a scanner finds. Octets are shown where they lie, and are good until the call returns. */
export interface ScannerNews {
  /** An untagged response; `bytes` from `from` up to `to` are its first line, CRLF included. */
  untagged(bytes: Buffer, from: number, to: number): void
  tagged(line: string): void
  /** A continuation request. */
  proceed(): void
}

/**
 * Cuts what an IMAP server sends into responses without looking into them: line ends are searched, literals leapt over.
 * Cheap on purpose, since the client shares the machine with the server that it measures.
 */
export class ImapScanner {
  /** Octets that came in. */
  octets = 0
  /** Octets of literals that were leapt over. */
  literalOctets = 0
  readonly #news: ScannerNews
  /** The beginning of a line whose end has not come yet. */
  #begun: Buffer[] = []
  /** Octets of a literal that have not come yet. */
  #leap = 0
  /** Whether the next line goes on with a response after its literal. */
  #inResponse = false

  constructor(news: ScannerNews) {
    this.#news = news
  }

  push(chunk: Buffer): void {
    this.octets += chunk.length
    let at = Math.min(this.#leap, chunk.length)
    this.#leap -= at
    while (at < chunk.length) {
      const end = chunk.indexOf(LF, at) + 1
      if (end === 0) {
        this.#begun.push(chunk.subarray(at))
        return
      }
      const literal = this.#begun.length === 0 ? this.#line(chunk, at, end) : this.#joinedLine(chunk, at, end)
      at = end + literal
      if (at > chunk.length) {
        this.#leap = at - chunk.length
        return
      }
    }
  }

  #joinedLine(chunk: Buffer, from: number, to: number): number {
    const line = Buffer.concat([...this.#begun, chunk.subarray(from, to)])
    this.#begun = []
    return this.#line(line, 0, line.length)
  }

  /** Takes in one line and returns the length of the literal that follows it. */
  #line(bytes: Buffer, from: number, to: number): number {
    const first = bytes[from]
    if (this.#inResponse || first === STAR) {
      const literal = literalAtEnd(bytes, from, to)
      if (!this.#inResponse) this.#news.untagged(bytes, from, to)
      this.#inResponse = literal >= 0
      this.literalOctets += Math.max(0, literal)
      return Math.max(0, literal)
    }
    if (first === PLUS) this.#news.proceed()
    else this.#news.tagged(bytes.toString('latin1', from, to - 2))
    return 0
  }
}

/** The number in the `{n}` before a CRLF, or -1. */
function literalAtEnd(bytes: Buffer, from: number, to: number): number {
  if (bytes[to - 3] !== CLOSE || bytes[to - 2] !== CR) return -1
  let at = to - 4
  let value = 0
  for (let weight = 1; at > from && bytes[at]! >= ZERO && bytes[at]! <= NINE; at -= 1, weight *= 10) {
    value += (bytes[at]! - ZERO) * weight
  }
  return at < to - 4 && bytes[at] === OPEN ? value : -1
}
