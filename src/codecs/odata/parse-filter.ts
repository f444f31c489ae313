import { refuse } from '../../core/refusal.ts'
import type { Filter, Literal, PropertyPath } from './filter.ts'
import { refuseSyntax, type Token, tokensOf } from './lexer.ts'

const LONGEST_FILTER = 4096
const DEEPEST_NESTING = 32

/**
 * Reads the part of OData's `$filter` that Graph's directory is asked for (OData 4.01 URL Conventions §5.1.1):
 *
 *     filter     = term *( "and" term )
 *     term       = "(" filter ")" | function | comparison
 *     function   = "startswith" "(" path "," text ")"
 *     comparison = path "eq" literal
 *     path       = name *( "/" name )
 *
 * Operators and functions are known in any letter case, as Graph does. A new operator is a line in `comparisons`, a new
 * function one in `functions`, a new connective a level between `filter` and `term`. Refuses `bad-syntax`.
 */
export function parseFilter(text: string): Filter {
  if (text.length > LONGEST_FILTER) {
    refuse('bad-syntax', `Invalid filter clause: longer than ${LONGEST_FILTER} characters.`, { parameter: '$filter' })
  }
  const reader = new FilterReader(text)
  const filter = reader.filter(0)
  reader.take('end')
  return filter
}

type Comparison = (path: PropertyPath, value: Literal) => Filter
type TextFunction = (path: PropertyPath, text: string) => Filter

const comparisons: Readonly<Record<string, Comparison>> = { eq: (path, value) => ({ kind: 'eq', path, value }) }

const functions: Readonly<Record<string, TextFunction>> = {
  startswith: (path, prefix) => ({ kind: 'startswith', path, prefix }),
}

class FilterReader {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  filter(depth: number): Filter {
    if (depth > DEEPEST_NESTING) this.#refuse()
    const all = [this.#term(depth)]
    while (this.#word() === 'and') {
      this.#next++
      all.push(this.#term(depth))
    }
    return all.length === 1 ? all[0]! : { kind: 'and', all }
  }

  /** The next token, which must be of that kind. */
  take<Kind extends Token['kind']>(kind: Kind): Extract<Token, { kind: Kind }> {
    const token = this.#peek()
    if (token.kind !== kind) return this.#refuse()
    this.#next++
    return token as Extract<Token, { kind: Kind }>
  }

  #term(depth: number): Filter {
    if (this.#peek().kind === '(') {
      this.#next++
      const inner = this.filter(depth + 1)
      this.take(')')
      return inner
    }
    return this.#peek(1).kind === '(' ? this.#function() : this.#comparison()
  }

  #function(): Filter {
    const make = known(functions, this.#word()) ?? this.#refuse()
    this.#next++
    this.take('(')
    const path = this.#path()
    this.take(',')
    const at = this.#peek()
    const { value } = this.take('literal')
    if (typeof value !== 'string') return this.#refuse(at)
    this.take(')')
    return make(path, value)
  }

  #comparison(): Filter {
    const path = this.#path()
    const make = known(comparisons, this.#word()) ?? this.#refuse()
    this.#next++
    return make(path, this.take('literal').value)
  }

  #path(): PropertyPath {
    const path: [string, ...string[]] = [this.take('name').text]
    while (this.#peek().kind === '/') {
      this.#next++
      path.push(this.take('name').text)
    }
    return path
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? this.#tokens.at(-1)!
  }

  #word(): string | undefined {
    const token = this.#peek()
    return token.kind === 'name' ? token.text.toLowerCase() : undefined
  }

  #refuse(token: Token = this.#peek()): never {
    return refuseSyntax(this.#text, token.at)
  }
}

const known = <T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined =>
  word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined
