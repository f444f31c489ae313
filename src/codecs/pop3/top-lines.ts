const LF = 0x0a
const CR = 0x0d

/** RFC 1939 §7: the header of a message, the blank line behind it, and so many lines of the body, chunk by chunk. */
export class TopLines {
  #linesLeft: number
  #inHeader = true
  #over = false
  /** What the line under way consists of so far. */
  #line: 'nothing' | 'cr' | 'text' = 'nothing'

  constructor(lines: number) {
    this.#linesLeft = lines
  }

  /** Whether nothing more is wanted. */
  get over(): boolean {
    return this.#over
  }

  /** The part of the chunk that is wanted. */
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
