import { refuse } from '../../core/refusal.ts'
import type { Filter, Operand, Operator } from './filter.ts'
import { refuseSyntax, type Token, tokensOf } from './lexer.ts'

const LONGEST_FILTER = 4096
const DEEPEST_NESTING = 32

/**
 * Reads the part of OPATH that `-Filter` is asked for:
 *
 *     filter     = both *( "-or" both )
 *     both       = term *( "-and" term )
 *     term       = "-not" term | "(" filter ")" | comparison
 *     comparison = property ( "-eq" | "-ne" | "-like" | "-notlike" ) operand
 *     operand    = 'text' | "text" | "$true" | "$false" | "$null" | word
 *
 * Letter case tells nothing apart; the braces of a script block may stand around the whole. Refuses `bad-syntax`, naming
 * `parameter`, with the position.
 */
export function parseFilter(text: string, parameter = 'Filter'): Filter {
  if (text.length > LONGEST_FILTER) {
    refuse('bad-syntax', `The filter is longer than ${LONGEST_FILTER} characters.`, { parameter })
  }
  const reader = new FilterReader(text, parameter)
  const filter = reader.filter(0)
  reader.end()
  return filter
}

const operators: ReadonlySet<string> = new Set<Operator>(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'like', 'notlike'])
const isOperator = (word: string): word is Operator => operators.has(word)

class FilterReader {
  readonly #text: string
  readonly #parameter: string
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(text: string, parameter: string) {
    this.#text = withoutBraces(text)
    this.#parameter = parameter
    this.#tokens = tokensOf(this.#text, parameter)
  }

  filter(depth: number): Filter {
    return this.#joined('or', () => this.#joined('and', () => this.#term(depth)))
  }

  end(): void {
    if (this.#token.kind !== 'end') this.#refuse()
  }

  #joined(kind: 'and' | 'or', part: () => Filter): Filter {
    const all = [part()]
    while (this.#takes(kind)) all.push(part())
    return all.length === 1 ? all[0]! : { kind, all }
  }

  #term(depth: number): Filter {
    if (depth > DEEPEST_NESTING) this.#refuse()
    if (this.#takes('not')) return { kind: 'not', inner: this.#term(depth + 1) }
    if (this.#token.kind !== '(') return this.#comparison()
    this.#next++
    const inner = this.filter(depth + 1)
    this.#close()
    return inner
  }

  #close(): void {
    if (this.#token.kind !== ')') this.#refuse()
    this.#next++
  }

  #comparison(): Filter {
    const name = this.#token
    if (name.kind !== 'word') return this.#refuse()
    this.#next++
    const operator = this.#token
    if (operator.kind !== 'dashed' || !isOperator(operator.text)) return this.#refuse()
    this.#next++
    return { kind: 'comparison', property: name.text, operator: operator.text, operand: this.#operand() }
  }

  #operand(): Operand {
    const token = this.#token
    if (token.kind !== 'operand' && token.kind !== 'word') return this.#refuse()
    this.#next++
    return token.kind === 'word' ? token.text : token.value
  }

  /** Goes past the operator if it is the next word. */
  #takes(operator: string): boolean {
    const token = this.#token
    if (token.kind !== 'dashed' || token.text !== operator) return false
    this.#next++
    return true
  }

  /** The last one is the end, and nobody goes past it. */
  get #token(): Token {
    return this.#tokens[this.#next]!
  }

  #refuse(): never {
    return refuseSyntax(this.#text, this.#token.at, this.#parameter)
  }
}

/** The positions stay what they are in the text as given. */
const withoutBraces = (text: string): string => text.replace(/^(\s*)\{(.*)\}(\s*)$/s, '$1 $2 $3')
