/** What is left of a subject without what replying and forwarding put around it. */
export interface BaseSubject {
  readonly text: string
  /** Whether there was something that says that the message is a reply or is forwarded. */
  readonly reply: boolean
}

const TRAILER = '(fwd)'
const HEADER = '[fwd:'
// RFC 5256 §5 subj-refwd, up to an optional subj-blob.
const prefixes = ['fwd', 'fw', 're']

/** RFC 5256 §2.1, from a subject that is decoded. Takes time in proportion to the subject's length. */
export function baseSubject(subject: string): BaseSubject {
  return new SubjectReader(subject).base()
}

/** Narrows the range of characters that are left; each step looks only at characters that it takes, and at a few more. */
class SubjectReader {
  readonly #text: string
  #start = 0
  #end: number
  #reply = false

  constructor(subject: string) {
    // Step 1: from here on, blanks are single spaces.
    this.#text = subject.replace(/[\t\r\n ]+/g, ' ')
    this.#end = this.#text.length
  }

  base(): BaseSubject {
    do {
      this.#dropTrailers()
      this.#dropLeaders()
    } while (this.#dropWrapper())
    return { text: this.#text.slice(this.#start, this.#end), reply: this.#reply }
  }

  /** Step 2. */
  #dropTrailers(): void {
    for (;;) {
      if (this.#end > this.#start && this.#text[this.#end - 1] === ' ') this.#end -= 1
      else if (this.#end - this.#start >= TRAILER.length && this.#has(TRAILER, this.#end - TRAILER.length)) {
        this.#end -= TRAILER.length
        this.#reply = true
      } else return
    }
  }

  /** Steps 3 to 5. */
  #dropLeaders(): void {
    for (;;) {
      const start = this.#afterSpace(this.#start)
      const { last, end } = this.#blobs(start)
      const refwd = this.#afterRefwd(end)
      if (refwd === undefined) {
        // Step 4: a blob is not removed when nothing would be left.
        this.#start = end === this.#end ? last : end
        return
      }
      this.#start = refwd
      this.#reply = true
    }
  }

  /** Step 6. */
  #dropWrapper(): boolean {
    const isWrapped = this.#has(HEADER, this.#start) && this.#text[this.#end - 1] === ']'
    if (!isWrapped) return false
    this.#start += HEADER.length
    this.#end -= 1
    this.#reply = true
    return true
  }

  /** Where the last of the blobs begins that stand here one after another, and where they end. */
  #blobs(start: number): { readonly last: number; readonly end: number } {
    let last = start
    let end = start
    for (let next = this.#afterBlob(end); next !== undefined; next = this.#afterBlob(end)) {
      last = end
      end = next
    }
    return { last, end }
  }

  /** `[text]` and the space behind it. */
  #afterBlob(start: number): number | undefined {
    if (start >= this.#end || this.#text[start] !== '[') return undefined
    let at = start + 1
    while (at < this.#end && this.#text[at] !== '[' && this.#text[at] !== ']') at++
    return at < this.#end && this.#text[at] === ']' ? this.#afterSpace(at + 1) : undefined
  }

  /** `re:`, `fw:` or `fwd:`, with a blob before the colon at most. */
  #afterRefwd(start: number): number | undefined {
    const prefix = prefixes.find((each) => this.#has(each, start))
    if (prefix === undefined) return undefined
    const blob = this.#afterSpace(start + prefix.length)
    const colon = this.#afterBlob(blob) ?? blob
    return colon < this.#end && this.#text[colon] === ':' ? colon + 1 : undefined
  }

  #afterSpace(at: number): number {
    return at < this.#end && this.#text[at] === ' ' ? at + 1 : at
  }

  /** Whether the text, which is in lower case, stands there in any letter case. */
  #has(text: string, at: number): boolean {
    return at + text.length <= this.#end && this.#text.slice(at, at + text.length).toLowerCase() === text
  }
}
