/** Longest pattern that is matched; longer ones match nothing. Names are shorter. */
const longest = 1000
const WORD = 32

/**
 * RFC 3501 §6.3.8: `*` stands for anything, `%` for anything without a `/`. RFC 3501 §5.1: `inbox` as the first level compares
 * without regard to case.
 */
export function matcher(pattern: string): (name: string) => boolean {
  const simple = pattern.replace(/[*%]{2,}/g, (run) => (run.includes('*') ? '*' : '%'))
  if (simple.length > longest) return () => false
  const places = new PatternPlaces(simple)
  return (name) => places.match(name, /^inbox(?:\/|$)/i.test(name) ? 'INBOX'.length : 0)
}

const literal = (character: string): string | undefined => ('*%'.includes(character) ? undefined : character)

/**
 * Walks a name once with the set of places in the pattern that it may have reached, a bit each: the time is that of the name's
 * characters times the pattern's words of 32 bits, whatever the wildcards.
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

  /** The first `folded` characters compare in any case. */
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

  /** Takes a character: places that stand before it move on, wildcards that may take it stay. Whether any place is left. */
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

  /** Wildcards may stand for nothing: a place before one is a place after it too. No two stand side by side. */
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
