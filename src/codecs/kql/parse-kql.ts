import { refuse } from '../../core/refusal.ts'
import type { Kql, KqlTerm } from './kql.ts'
import { type KqlToken, tokensOf } from './kql-tokens.ts'

const LONGEST = 4096
const DEEPEST = 16
/** Every term is looked for in every message. */
const MOST_TERMS = 64

/**
 * Parses a query as people type it:
 *
 *     either = both *( "OR" both )
 *     both   = one *( [ "AND" ] one )
 *     one    = ( "NOT" / "-" ) one | [ property ":" ] "(" either ")" | [ property operator ] ( word | phrase )
 *
 * Operators are in upper case. Neighbouring restrictions of one property are alternatives, everything else has to hold
 * together. A name before a colon that is not in `properties` is part of a word. Excess operators and parentheses are
 * ignored, as mail programs send what their users type. Undefined if nothing is left. Refuses `bad-syntax` if the query
 * is too long, too deep, or has too many terms.
 */
export function parseKql(text: string, properties: ReadonlySet<string>): Kql | undefined {
  if (text.length > LONGEST) refuseQuery(`is longer than ${LONGEST} characters`)
  const tokens = tokensOf(text, properties)
  if (tokens.filter(({ kind }) => kind === 'term').length > MOST_TERMS) refuseQuery(`has more than ${MOST_TERMS} terms`)
  const reader = new KqlReader(tokens)
  const parts: Kql[] = []
  while (!reader.isAtEnd) {
    const part = reader.either(0, undefined)
    if (part) parts.push(part)
    // A closing parenthesis without an opening one.
    reader.skip(')')
  }
  return joined('and', parts)
}

class KqlReader {
  readonly #tokens: readonly KqlToken[]
  #next = 0

  constructor(tokens: readonly KqlToken[]) {
    this.#tokens = tokens
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#tokens.length
  }

  /** Whether the next token was of that kind, and is read. */
  skip(kind: KqlToken['kind']): boolean {
    if (this.#peek()?.kind !== kind) return false
    this.#next++
    return true
  }

  /** `property`: of words in a group that a property precedes. */
  either(depth: number, property: string | undefined): Kql | undefined {
    const all: Kql[] = []
    do {
      const part = this.#both(depth, property)
      if (part) all.push(part)
    } while (this.skip('OR'))
    return joined('or', all)
  }

  #both(depth: number, property: string | undefined): Kql | undefined {
    const all: Kql[] = []
    let isExplicit = false
    for (;;) {
      const token = this.#peek()
      if (token === undefined || token.kind === 'OR' || token.kind === ')') return joined('and', all)
      if (this.skip('AND')) {
        isExplicit = true
        continue
      }
      const part = this.#one(depth, property)
      if (part) add(all, part, isExplicit)
      isExplicit = false
    }
  }

  #one(depth: number, property: string | undefined): Kql | undefined {
    if (depth > DEEPEST) refuseQuery(`is nested more than ${DEEPEST} times`)
    const token = this.#peek()
    if (token === undefined) return undefined
    if (token.kind === 'term') {
      this.#next++
      return token.property === undefined && property !== undefined ? { ...token, property } : token
    }
    if (token.kind === 'NOT') {
      this.#next++
      const of = this.#one(depth + 1, property)
      return of && { kind: 'not', of }
    }
    if (token.kind === 'group') {
      this.#next++
      return this.#group(depth, token.property)
    }
    return token.kind === '(' ? this.#group(depth, property) : undefined
  }

  #group(depth: number, property: string | undefined): Kql | undefined {
    this.skip('(')
    const inner = this.either(depth + 1, property)
    this.skip(')')
    return inner
  }

  #peek(): KqlToken | undefined {
    return this.#tokens[this.#next]
  }
}

/** Adds a part. A restriction of the same property as the one before is an alternative, unless AND is between. */
function add(all: Kql[], part: Kql, isExplicit: boolean): void {
  const last = all.at(-1)
  const property = propertyOf(part)
  if (last === undefined || isExplicit || property === undefined) {
    all.push(part)
    return
  }
  const alternatives = last.kind === 'or' ? last.all : [last]
  if (!alternatives.every((other) => propertyOf(other) === property)) all.push(part)
  else all[all.length - 1] = { kind: 'or', all: [...alternatives, part] }
}

const propertyOf = (part: Kql): string | undefined =>
  part.kind === 'term' && isContaining(part) ? part.property : undefined

const isContaining = ({ operator }: KqlTerm): boolean => operator === ':' || operator === '='

function joined(kind: 'and' | 'or', all: readonly Kql[]): Kql | undefined {
  return all.length > 1 ? { kind, all } : all[0]
}

const refuseQuery = (why: string): never => refuse('bad-syntax', `The search query ${why}.`, { parameter: '$search' })
