import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'
import { readSearch, type SearchLimits, type SearchTerm } from './search-keys.ts'

/** RFC 5256 §5, RFC 5957 §4 and RFC 6203 §7 `sort-key`. */
const keys = [
  'ARRIVAL',
  'CC',
  'DATE',
  'DISPLAYFROM',
  'DISPLAYTO',
  'FROM',
  'RELEVANCY',
  'SIZE',
  'SUBJECT',
  'TO',
] as const
export type ImapSortKey = (typeof keys)[number]

export interface SortTerm {
  readonly key: ImapSortKey
  readonly reverse: boolean
}

/** Maximum number of keys. A repeated key has no effect, so a client needs fewer. */
const MOST_TERMS = 100

/** RFC 5256 §5 `sort-criteria`. */
export function readSortTerms(reader: ImapReader): SortTerm[] {
  const terms = reader.list(() => {
    const word = reader.word()
    if (word !== 'REVERSE') return { key: keyNamed(word), reverse: false }
    return { key: keyNamed(reader.space().word()), reverse: true }
  })
  if (terms.length > MOST_TERMS) refuse('too-big', 'Too many sort keys', { code: 'LIMIT' })
  return terms.filter(({ key }, nth) => terms.findIndex((term) => term.key === key) === nth)
}

const keyNamed = (word: string): ImapSortKey =>
  keys.find((key) => key === word) ?? refuse('bad-syntax', `Unknown sort key ${word}`)

/**
 * Reads RFC 5256 §5 `search-criteria`: the charset, which is required, and the keys. Refuses `unsupported` for an
 * unsupported charset.
 */
export function readCharsetAndSearch(reader: ImapReader, limits: SearchLimits): SearchTerm {
  const charset = reader.astring().toUpperCase()
  const { charset: second, term } = readSearch(reader.space(), limits)
  if (second !== undefined) refuse('bad-syntax', 'CHARSET appears twice')
  if (!limits.charsets.includes(charset)) refuse('unsupported', 'Unsupported charset', { code: 'BADCHARSET' })
  return term
}

/** A subject without the marks of replies and forwards. */
export interface BaseSubject {
  readonly text: string
  /** Whether the subject had a mark of a reply or forward. */
  readonly reply: boolean
}

const TRAILER = '(fwd)'
const HEADER = '[fwd:'
// RFC 5256 §5 subj-refwd, up to an optional subj-blob.
const prefixes = ['fwd', 'fw', 're']

/** RFC 5256 §2.1, for a decoded subject. The time is proportional to the length of the subject. */
export function baseSubject(subject: string): BaseSubject {
  return new SubjectReader(subject).base()
}

/**
 * Narrows the range of characters that are left. Each step reads only the characters that it removes, and a few more.
 */
class SubjectReader {
  readonly #text: string
  #start = 0
  #end: number
  #reply = false

  constructor(subject: string) {
    // Step 1: each run of blanks becomes one space.
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
        // Step 4: a blob stays if nothing else would be left.
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

  /** For the blobs in a row at `start`: the start of the last one, and the end of all. */
  #blobs(start: number): { readonly last: number; readonly end: number } {
    let last = start
    let end = start
    for (let next = this.#afterBlob(end); next !== undefined; next = this.#afterBlob(end)) {
      last = end
      end = next
    }
    return { last, end }
  }

  /** The position after `[text]` and its space. */
  #afterBlob(start: number): number | undefined {
    if (start >= this.#end || this.#text[start] !== '[') return undefined
    let at = start + 1
    while (at < this.#end && this.#text[at] !== '[' && this.#text[at] !== ']') at++
    return at < this.#end && this.#text[at] === ']' ? this.#afterSpace(at + 1) : undefined
  }

  /** The position after `re:`, `fw:` or `fwd:`, which may have one blob before the colon. */
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

  /** Whether the text, given in lower case, is at this position in any letter case. */
  #has(text: string, at: number): boolean {
    return at + text.length <= this.#end && this.#text.slice(at, at + text.length).toLowerCase() === text
  }
}

// Limits on identifiers: a longer one is ignored; of too many, the first and the latest are used.
const LONGEST = 512
const MOST = 200

const bracketed = /<([^<>]*)>/g

/** RFC 5256 §3 REFERENCES: the message identifiers in a field, without brackets, normalized for comparison. */
export function readMessageIds(field: string | undefined): string[] {
  if (field === undefined) return []
  const found: string[] = []
  for (const [, text] of field.matchAll(bracketed)) {
    const id = normal(text!)
    if (id !== '' && id.length <= LONGEST) found.push(id)
  }
  return found.length > MOST ? [found[0]!, ...found.slice(1 - MOST)] : found
}

/** Removes quotes, blanks and controls, so that quoted and unquoted forms of an identifier are equal. */
const normal = (text: string): string => text.replace(/\\(.)/g, '$1').replace(/["\0-\x20\x7f]/g, '')

/** A thread in a THREAD response; `uid` is undefined for a missing message. */
export interface ThreadOf<T> {
  readonly uid: T | undefined
  readonly children: readonly ThreadOf<T>[]
}

/**
 * Writes RFC 5256 §5 `thread-list` for each thread, of any depth. `number`: the number of a message in the response.
 */
export function writeThreads<T>(threads: readonly ThreadOf<T>[], number: (uid: T) => number): string {
  const parts: string[] = []
  const waiting: (ThreadOf<T> | ')')[] = []
  const list = (siblings: readonly ThreadOf<T>[]): void => {
    for (const sibling of siblings.toReversed()) waiting.push(')', sibling)
  }
  list(threads)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === ')') {
      parts.push(next)
      continue
    }
    parts.push('(')
    // A message with a single child is in the same list as the child.
    const members: number[] = []
    let below: readonly ThreadOf<T>[] = []
    for (let at: ThreadOf<T> | undefined = next; at; at = below.length === 1 ? below[0] : undefined) {
      if (at.uid !== undefined) members.push(number(at.uid))
      below = at.children
    }
    parts.push(members.join(' '), members.length > 0 && below.length > 0 ? ' ' : '')
    list(below)
  }
  return parts.join('')
}
