import { isUtf8 } from 'node:buffer'
import { refuse } from '../../core/refusal.ts'

/** RFC 3501 §9: the largest `nz-number`. */
export const MAX_NUMBER = 4_294_967_295
const MAX_NUMBER64 = 2n ** 63n - 1n

// RFC 3501 §9: ATOM-CHAR is any CHAR but ( ) { SP CTL % * " \ ]; ASTRING-CHAR adds ]; list-char adds % and * to that.
const atom = /[!#$&'+-[^-z|}~]+/y
const astringChars = /[!#$&'+-[\]-z|}~]+/y
const listChars = /[!#$%&'*+-[\]-z|}~]+/y
const digits = /\d{1,20}/y
const quotedText = /"((?:[^"\\\r\n\0]|\\["\\])*)"/y
const literalMark = /\{\d{1,20}\+?\}$/y

/**
 * Reads a complete command: lines without their CRLF, and between two lines the octets of the literal that the first
 * one announces. Text has one character for each octet. Refuses `bad-syntax` for input that does not fit the grammar.
 */
export class ImapReader {
  readonly #lines: readonly string[]
  readonly #literals: readonly Buffer[]
  readonly #utf8: boolean
  #line: string
  #number = 0
  #at = 0

  /** `utf8`: quoted text has to be valid UTF-8 (RFC 6855 §3). */
  constructor(lines: readonly Buffer[], literals: readonly Buffer[] = [], utf8 = false) {
    this.#lines = lines.map((line) => line.toString('latin1'))
    this.#literals = literals
    this.#utf8 = utf8
    this.#line = this.#lines[0] ?? ''
  }

  get done(): boolean {
    return this.#at === this.#line.length && this.#number === this.#literals.length
  }

  /** Skips the rest of the command. */
  drop(): void {
    this.#number = this.#literals.length
    this.#line = ''
    this.#at = 0
  }

  end(): void {
    if (!this.done) refuse('bad-syntax', 'Unexpected text at the end of the command')
  }

  /** The next character, or an empty text at the end of the line. */
  peek(): string {
    return this.#line[this.#at] ?? ''
  }

  /** Consumes the text if it comes next, in any letter case. */
  skip(text: string): boolean {
    const next = this.#line.slice(this.#at, this.#at + text.length)
    if (next.toUpperCase() !== text.toUpperCase()) return false
    this.#at += text.length
    return true
  }

  expect(text: string): void {
    if (!this.skip(text)) refuse('bad-syntax', `Expected '${text}'`)
  }

  space(): this {
    this.expect(' ')
    return this
  }

  /** Consumes the match of a sticky pattern at this position. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#line)
    if (!found) return undefined
    this.#at += found[0].length
    return found
  }

  atom(): string {
    return this.match(atom)?.[0] ?? refuse('bad-syntax', 'Expected an atom')
  }

  /** An atom in upper case, for case-insensitive names. */
  word(): string {
    return this.atom().toUpperCase()
  }

  number(): number {
    const value = Number(this.match(digits)?.[0] ?? refuse('bad-syntax', 'Expected a number'))
    return value <= MAX_NUMBER ? value : refuse('bad-syntax', 'The number is too large')
  }

  /** RFC 9051 §9 `number64`, of 63 bits. A value above 2^53 - 1 becomes 2^53 - 1, which no count here reaches. */
  number64(name = 'number'): number {
    const text = this.match(digits)?.[0] ?? refuse('bad-syntax', `Expected a ${name}`)
    if (BigInt(text) > MAX_NUMBER64) refuse('bad-syntax', `The ${name} is too large`)
    return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
  }

  /** RFC 7162 §7 `mod-sequence-valzer`. */
  modSeq(): number {
    return this.number64('mod-sequence')
  }

  nonZero(): number {
    return this.number() || refuse('bad-syntax', 'Expected a number above zero')
  }

  /** RFC 3501 §9 `string`. */
  string(): string {
    return this.peek() === '{' ? this.literal().toString('latin1') : this.quoted()
  }

  astring(): string {
    return this.match(astringChars)?.[0] ?? this.string()
  }

  /** `NIL` becomes undefined. */
  nstring(): string | undefined {
    return this.skip('NIL') ? undefined : this.string()
  }

  /** RFC 3501 §9 `list-mailbox`. */
  listPattern(): string {
    return this.match(listChars)?.[0] ?? this.string()
  }

  quoted(): string {
    const text = (this.match(quotedText) ?? refuse('bad-syntax', 'Expected a string'))[1]!
    if (this.#utf8 && !isUtf8(Buffer.from(text, 'latin1'))) refuse('bad-syntax', 'Invalid UTF-8')
    return text.replace(/\\(.)/g, '$1')
  }

  /** The octets of a literal; RFC 3501 §9 forbids NUL in it. */
  literal(): Buffer {
    const octets = this.#octets()
    return octets.includes(0) ? refuse('bad-syntax', 'NUL is not allowed in a literal') : octets
  }

  /** RFC 3516 §3 `literal8`: any octets. */
  literal8(): Buffer {
    this.expect('~')
    return this.#octets()
  }

  #octets(): Buffer {
    const mark = this.match(literalMark)
    const octets = this.#literals[this.#number]
    if (!mark || !octets) refuse('bad-syntax', 'Expected a literal')
    this.#number += 1
    this.#line = this.#lines[this.#number] ?? ''
    this.#at = 0
    return octets
  }

  /** The text that `read` consumes, which must not contain a literal. */
  taken(read: () => unknown): string {
    const [number, at] = [this.#number, this.#at]
    read()
    return number === this.#number
      ? this.#line.slice(at, this.#at)
      : refuse('bad-syntax', 'A literal is not allowed here')
  }

  /** `(`, items separated by one space, `)`. `least`: the minimum number of items. */
  list<T>(item: () => T, least: 0 | 1 = 1): T[] {
    this.expect('(')
    const items: T[] = []
    if (least === 0 && this.skip(')')) return items
    do items.push(item())
    while (this.skip(' '))
    this.expect(')')
    return items
  }
}
