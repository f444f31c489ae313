import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'

/** RFC 5258 §3.1, RFC 6154 §2: selects the names that LIST returns. Postern has no remote folders. */
export interface ListSelection {
  readonly subscribed: boolean
  readonly specialUse: boolean
  /** RECURSIVEMATCH: also the parents of names that fulfil the criteria. */
  readonly recursive: boolean
}

/** The arguments of RFC 5258 §6 `list`; names and patterns are as the client sent them. */
export interface ListCommand<Option> {
  readonly selection: ListSelection
  readonly reference: string
  readonly patterns: readonly string[]
  readonly returns: readonly Option[]
  /** Whether it uses syntax that RFC 3501 does not have. */
  readonly extended: boolean
}

/** `option` reads the rest of a return option after its name, and refuses an unknown one. */
export function readList<Option>(
  reader: ImapReader,
  option: (name: string, reader: ImapReader) => Option,
): ListCommand<Option> {
  const selected = reader.space().peek() === '('
  const selection = selected ? readSelection(reader) : { subscribed: false, specialUse: false, recursive: false }
  if (selected) reader.space()
  const reference = reader.astring()
  const several = reader.space().peek() === '('
  const patterns = several ? reader.list(() => reader.listPattern()) : [reader.listPattern()]
  const returning = reader.skip(' RETURN ')
  const returns = returning ? reader.list(() => option(reader.word(), reader), 0) : []
  return { selection, reference, patterns, returns, extended: selected || several || returning }
}

const known = ['SUBSCRIBED', 'SPECIAL-USE', 'RECURSIVEMATCH', 'REMOTE']

function readSelection(reader: ImapReader): ListSelection {
  const names = new Set(reader.list(() => reader.word(), 0))
  for (const name of names) if (!known.includes(name)) refuse('bad-syntax', `Unknown selection option ${name}`)
  const [subscribed, specialUse, recursive] = known.map((name) => names.has(name)) as [boolean, boolean, boolean]
  // RFC 5258 §3.1: RECURSIVEMATCH only modifies other options.
  if (recursive && !subscribed && !specialUse) refuse('bad-syntax', 'RECURSIVEMATCH requires another selection option')
  return { subscribed, specialUse, recursive }
}

/** Maximum length of a pattern; a longer one matches nothing. Every name is shorter. */
const longest = 1000
const WORD = 32

/**
 * RFC 3501 §6.3.8: `*` matches any text, `%` matches any text without a `/`. RFC 3501 §5.1: `INBOX` as the first level
 * is case-insensitive.
 */
export function matcher(pattern: string): (name: string) => boolean {
  const simple = pattern.replace(/[*%]{2,}/g, (run) => (run.includes('*') ? '*' : '%'))
  if (simple.length > longest) return () => false
  const places = new PatternPlaces(simple)
  return (name) => places.match(name, /^inbox(?:\/|$)/i.test(name) ? 'INBOX'.length : 0)
}

const literal = (character: string): string | undefined => ('*%'.includes(character) ? undefined : character)

/**
 * Matches a name in one pass. The state is the set of positions in the pattern that the name may have reached, one bit
 * each. The time is proportional to the characters of the name times the 32-bit words of the pattern, whatever the
 * wildcards.
 */
class PatternPlaces {
  readonly #length: number
  readonly #words: number
  readonly #characters: ReadonlyMap<string, Uint32Array>
  readonly #folded: ReadonlyMap<string, Uint32Array>
  readonly #none: Uint32Array
  readonly #stars: Uint32Array
  readonly #wildcards: Uint32Array

  constructor(pattern: string) {
    this.#length = pattern.length
    this.#words = Math.floor(pattern.length / WORD) + 1
    this.#none = new Uint32Array(this.#words)
    this.#characters = this.#placesOf(pattern, literal)
    this.#folded = this.#placesOf(pattern, (each) => literal(each)?.toUpperCase())
    const wildcards = this.#placesOf(pattern, (each) => (literal(each) === undefined ? each : undefined))
    this.#stars = wildcards.get('*') ?? this.#none
    const percents = wildcards.get('%') ?? this.#none
    this.#wildcards = this.#stars.map((word, nth) => word | percents[nth]!)
  }

  /** The first `folded` characters are compared without regard to case. */
  match(name: string, folded: number): boolean {
    const reached = new Uint32Array(this.#words)
    reached[0] = 1
    this.#passWildcards(reached)
    for (let at = 0; at < name.length; at++) {
      const character = name[at]!
      const literal = at < folded ? this.#folded.get(character.toUpperCase()) : this.#characters.get(character)
      if (!this.#step(reached, literal ?? this.#none, character === '/' ? this.#stars : this.#wildcards)) return false
    }
    return (reached[this.#length >>> 5]! & (1 << (this.#length & 31))) !== 0
  }

  /**
   * Consumes a character: positions before it move on, wildcards that may match it stay. Returns whether a position is
   * left.
   */
  #step(reached: Uint32Array, literal: Uint32Array, staying: Uint32Array): boolean {
    let carry = 0
    let any = 0
    for (let word = 0; word < this.#words; word++) {
      const moving = reached[word]! & literal[word]!
      reached[word] = (moving << 1) | carry | (reached[word]! & staying[word]!)
      carry = moving >>> 31
      any |= reached[word]!
    }
    this.#passWildcards(reached)
    return any !== 0
  }

  /**
   * A wildcard may match nothing, so a position before one is a position after it too. Two wildcards are never
   * adjacent.
   */
  #passWildcards(reached: Uint32Array): void {
    let carry = 0
    for (let word = 0; word < this.#words; word++) {
      const passing = reached[word]! & this.#wildcards[word]!
      reached[word] = reached[word]! | (passing << 1) | carry
      carry = passing >>> 31
    }
  }

  #placesOf(pattern: string, keyOf: (character: string) => string | undefined): Map<string, Uint32Array> {
    const places = new Map<string, Uint32Array>()
    for (let at = 0; at < pattern.length; at++) {
      const key = keyOf(pattern[at]!)
      if (key === undefined) continue
      const words = places.get(key) ?? new Uint32Array(this.#words)
      words[at >>> 5]! |= 1 << (at & 31)
      places.set(key, words)
    }
    return places
  }
}

/** RFC 5465 §6, RFC 7377 §2.2: selects folders; the names are as the client sent them, one character for each octet. */
export type FolderFilter =
  | { readonly of: 'selected' | 'selected-delayed' | 'inboxes' | 'personal' | 'subscribed' }
  | { readonly of: 'subtree' | 'subtree-one' | 'mailboxes'; readonly names: readonly string[] }

const withNames: ReadonlySet<string> = new Set(['subtree', 'subtree-one', 'mailboxes'])

/** `words`: the filters that are allowed here. */
export function readFolderFilter(reader: ImapReader, words: readonly FolderFilter['of'][]): FolderFilter {
  const word = reader.word().toLowerCase()
  const of = words.find((each) => each === word) ?? refuse('bad-syntax', `Unknown filter ${word}`)
  return (withNames.has(of) ? { of, names: readNames(reader.space()) } : { of }) as FolderFilter
}

const readNames = (reader: ImapReader): string[] =>
  reader.peek() === '(' ? reader.list(() => reader.astring()) : [reader.astring()]

/** The number of names in the filters; a filter without names counts as one. */
export const namesIn = (filters: readonly FolderFilter[]): number =>
  filters.reduce((sum, filter) => sum + ('names' in filter ? filter.names.length : 1), 0)
