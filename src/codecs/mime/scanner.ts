import { isBlank, trimBlanks } from './header.ts'

/**
 * Reads a structured header field (RFC 5322 §3.2) from left to right. Accepts any text: an open string or comment ends
 * with the text. Works on unfolded octets, one character each.
 */
export class HeaderScanner {
  readonly text: string
  at = 0
  /** The text of the last comment that was skipped. */
  comment: string | undefined

  constructor(text: string) {
    this.text = text
  }

  get done(): boolean {
    return this.at >= this.text.length
  }

  /** The next character; empty at the end. */
  peek(): string {
    return this.text.charAt(this.at)
  }

  /** Skips the next character if it is this one. */
  take(character: string): boolean {
    if (this.peek() !== character) return false
    this.at++
    return true
  }

  /** Skips blanks and comments. Returns whether there were any. */
  skipBlanks(): boolean {
    const start = this.at
    for (;;) {
      while (isBlank(this.text.charCodeAt(this.at))) this.at++
      if (this.peek() !== '(') return this.at > start
      this.comment = this.#comment()
    }
  }

  /** The text that a sticky expression matches here; empty without a match. */
  run(shape: RegExp): string {
    shape.lastIndex = this.at
    const found = shape.exec(this.text)?.[0] ?? ''
    this.at += found.length
    return found
  }

  /** Reads the quoted string that starts here, without quotes and backslashes. */
  quoted(): string {
    return this.#quoted().text
  }

  /** The same if the string is closed; otherwise reads nothing. */
  closedQuoted(): string | undefined {
    const start = this.at
    const { text, closed } = this.#quoted()
    if (!closed) this.at = start
    return closed ? text : undefined
  }

  #quoted(): { readonly text: string; readonly closed: boolean } {
    this.at++
    let text = ''
    for (;;) {
      text += this.run(notQuoteEnd)
      if (this.done) return { text, closed: false }
      if (this.take('"')) return { text, closed: true }
      text += this.#escaped()
    }
  }

  #comment(): string {
    let depth = 0
    let text = ''
    do {
      const plain = this.run(notCommentEnd)
      text += plain
      const character = this.peek()
      if (character === '\\') {
        text += this.#escaped()
        continue
      }
      this.at++
      if (character === '(') depth++
      else depth--
      if ((character === '(' && depth > 1) || (character === ')' && depth > 0)) text += character
    } while (depth > 0 && !this.done)
    return trimBlanks(text)
  }

  #escaped(): string {
    const character = this.text.charAt(this.at + 1)
    this.at = Math.min(this.at + 2, this.text.length)
    return character
  }
}

const notQuoteEnd = /[^"\\]+/y
const notCommentEnd = /[^()\\]+/y
