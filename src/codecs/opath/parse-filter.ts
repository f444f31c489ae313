import { refuse } from '../../core/refusal.ts'
import type { OpathFilter, Operand, OpathOperator } from './filter.ts'

/** One token of a filter, with its position. */
type OpathToken =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'dashed'; readonly text: string; readonly at: number }
  | { readonly kind: 'operand'; readonly value: Operand; readonly at: number }
  | { readonly kind: '(' | ')' | 'end'; readonly at: number }

const LONGEST_FILTER = 4096
const DEEPEST_NESTING = 32

/**
 * Parses the part of OPATH that `-Filter` supports:
 *
 *     filter     = both *( "-or" both )
 *     both       = term *( "-and" term )
 *     term       = "-not" term | "(" filter ")" | comparison
 *     comparison = property ( "-eq" | "-ne" | "-like" | "-notlike" ) operand
 *     operand    = 'text' | "text" | "$true" | "$false" | "$null" | word
 *
 * Letter case does not matter. The filter may be in the braces of a script block. Refuses `bad-syntax` with the name of
 * `parameter` and the position.
 */
export function parseFilter(text: string, parameter = 'Filter'): OpathFilter {
  if (text.length > LONGEST_FILTER) {
    refuse('bad-syntax', `The filter is longer than ${LONGEST_FILTER} characters.`, { parameter })
  }
  const reader = new FilterReader(text, parameter)
  const filter = reader.filter(0)
  reader.end()
  return filter
}

const operators: ReadonlySet<string> = new Set<OpathOperator>(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'like', 'notlike'])
const isOperator = (word: string): word is OpathOperator => operators.has(word)

class FilterReader {
  readonly #text: string
  readonly #parameter: string
  readonly #tokens: readonly OpathToken[]
  #next = 0

  constructor(text: string, parameter: string) {
    this.#text = withoutBraces(text)
    this.#parameter = parameter
    this.#tokens = tokensOf(this.#text, parameter)
  }

  filter(depth: number): OpathFilter {
    return this.#joined('or', () => this.#joined('and', () => this.#term(depth)))
  }

  end(): void {
    if (this.#token.kind !== 'end') this.#refuse()
  }

  #joined(kind: 'and' | 'or', part: () => OpathFilter): OpathFilter {
    const all = [part()]
    while (this.#takes(kind)) all.push(part())
    return all.length === 1 ? all[0]! : { kind, all }
  }

  #term(depth: number): OpathFilter {
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

  #comparison(): OpathFilter {
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

  /** Skips the operator if it is the next token. */
  #takes(operator: string): boolean {
    const token = this.#token
    if (token.kind !== 'dashed' || token.text !== operator) return false
    this.#next++
    return true
  }

  /** The last token is the end, which is never skipped. */
  get #token(): OpathToken {
    return this.#tokens[this.#next]!
  }

  #refuse(): never {
    return refuseSyntax(this.#text, this.#token.at, this.#parameter)
  }
}

/** Keeps the positions of the original text. */
const withoutBraces = (text: string): string => text.replace(/^(\s*)\{(.*)\}(\s*)$/s, '$1 $2 $3')

const variables: ReadonlyMap<string, Operand> = new Map([
  ['$true', 'True'],
  ['$false', 'False'],
  ['$null', null],
])

/**
 * Texts in PowerShell's quotes, which are doubled inside; variables, operators, and names or numbers without quotes.
 */
const shapes: readonly [RegExp, (found: string, at: number) => OpathToken | undefined][] = [
  [/'(?:[^']|'')*'/y, (found, at) => ({ kind: 'operand', value: found.slice(1, -1).replaceAll("''", "'"), at })],
  [/"(?:[^"]|"")*"/y, (found, at) => ({ kind: 'operand', value: found.slice(1, -1).replaceAll('""', '"'), at })],
  [/\$\w+/y, variable],
  [/-[a-z]+(?!\w)/iy, (found, at) => ({ kind: 'dashed', text: found.slice(1).toLowerCase(), at })],
  [/[\p{L}\p{N}_][^\s()'"]*/uy, (text, at) => ({ kind: 'word', text, at })],
  [/[()]/y, (found, at) => ({ kind: found as '(' | ')', at })],
]

function variable(found: string, at: number): OpathToken | undefined {
  const value = variables.get(found.toLowerCase())
  return value === undefined ? undefined : { kind: 'operand', value, at }
}

/** Splits a filter into tokens, `end` last. */
function tokensOf(text: string, parameter: string): readonly OpathToken[] {
  const tokens: OpathToken[] = []
  let at = spaceAfter(text, 0)
  while (at < text.length) {
    const [token, end] = tokenAt(text, at, parameter)
    tokens.push(token)
    at = spaceAfter(text, end)
  }
  return [...tokens, { kind: 'end', at }]
}

function tokenAt(text: string, at: number, parameter: string): [OpathToken, number] {
  for (const [shape, make] of shapes) {
    shape.lastIndex = at
    const found = shape.exec(text)?.[0]
    const token = found === undefined ? undefined : make(found, at)
    if (token) return [token, at + found!.length]
  }
  return refuseSyntax(text, at, parameter)
}

function spaceAfter(text: string, from: number): number {
  let at = from
  while (/\s/.test(text[at] ?? '')) at++
  return at
}

/** Refuses a filter with the position of the error. */
const refuseSyntax = (text: string, at: number, parameter: string): never =>
  refuse('bad-syntax', `Invalid filter syntax at position ${at} of "${text.slice(0, 200)}".`, { parameter })
