import { refuse } from '../../core/refusal.ts'
import type { Each, ODataFilter, Literal, ODataOperator, PropertyPath, TextFunction } from './filter.ts'

/** One token of a filter, with its position. */
type ODataToken =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'literal'; readonly value: Literal; readonly at: number }
  | { readonly kind: Separator | 'end'; readonly at: number }

const LONGEST_FILTER = 4096
const DEEPEST_NESTING = 32
/** Every comparison runs for every object, so their number is limited. */
const MOST_COMPARISONS = 128

/**
 * Parses the part of OData's `$filter` that Graph's directory supports (OData 4.01 URL Conventions §5.1.1):
 *
 *     filter     = both *( "or" both )
 *     both       = term *( "and" term )
 *     term       = "not" negated | "(" filter ")" | function | path ( comparison | lambda )
 *     negated    = "(" filter ")" | function | path lambda | "not" negated
 *     function   = ( "startswith" | "endswith" | "contains" ) "(" path "," text ")"
 *     comparison = ( "eq" | "ne" | "gt" | "ge" | "lt" | "le" ) literal | "in" "(" literal *( "," literal ) ")"
 *     lambda     = "/any" "(" [ name ":" filter ] ")" | "/all" "(" name ":" filter ")"
 *     path       = name *( "/" name ) [ "/$count" ]
 *
 * Operators and functions may have any letter case, as in Graph. Refuses `bad-syntax`.
 */
export function parseFilter(text: string): ODataFilter {
  if (text.length > LONGEST_FILTER) {
    refuse('bad-syntax', `Invalid filter clause: longer than ${LONGEST_FILTER} characters.`, { parameter: '$filter' })
  }
  const reader = new FilterReader(text)
  const filter = reader.filter(0)
  reader.take('end')
  return filter
}

const operators: ReadonlySet<string> = new Set<ODataOperator>(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])
const textFunctions: ReadonlySet<string> = new Set<TextFunction>(['startswith', 'endswith', 'contains'])

class FilterReader {
  readonly #text: string
  readonly #tokens: readonly ODataToken[]
  #next = 0
  #comparisons = 0
  /** The variable of the innermost lambda. */
  #variable: string | undefined

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  filter(depth: number): ODataFilter {
    if (depth > DEEPEST_NESTING) this.#refuse()
    return this.#joined('or', () => this.#joined('and', () => this.#term(depth)))
  }

  /** The next token, which must be of that kind. */
  take<Kind extends ODataToken['kind']>(kind: Kind): Extract<ODataToken, { kind: Kind }> {
    const token = this.#peek()
    if (token.kind !== kind) return this.#refuse()
    this.#next++
    return token as Extract<ODataToken, { kind: Kind }>
  }

  #joined(kind: 'and' | 'or', part: () => ODataFilter): ODataFilter {
    const all = [part()]
    while (this.#word() === kind) {
      this.#next++
      all.push(part())
    }
    return all.length === 1 ? all[0]! : { kind, all }
  }

  #term(depth: number): ODataFilter {
    return this.#closed(depth) ?? this.#ofPath(depth)
  }

  /** A term that may follow "not": it is true or false without a comparison. */
  #closed(depth: number): ODataFilter | undefined {
    if (this.#peek().kind === '(') {
      this.#next++
      const inner = this.filter(depth + 1)
      this.take(')')
      return inner
    }
    if (this.#word() === 'not' && (this.#peek(1).kind === '(' || this.#startsTerm(this.#peek(1)))) {
      return this.#not(depth)
    }
    return this.#peek(1).kind === '(' ? this.#function() : undefined
  }

  /** "not" is a name too: `not eq 1` compares a property. */
  #startsTerm(token: ODataToken): boolean {
    return token.kind === 'name' && !operators.has(token.text.toLowerCase()) && token.text.toLowerCase() !== 'in'
  }

  #not(depth: number): ODataFilter {
    if (depth >= DEEPEST_NESTING) this.#refuse()
    this.#next++
    return { kind: 'not', filter: this.#closed(depth + 1) ?? this.#lambda(this.#path(), depth) }
  }

  #function(): ODataFilter {
    const kind = this.#word()
    if (kind === undefined || !textFunctions.has(kind)) return this.#refuse()
    this.#next++
    this.take('(')
    const path = this.#path()
    this.take(',')
    const at = this.#peek()
    const value = this.#literal()
    if (typeof value !== 'string') return this.#refuse(at)
    this.take(')')
    return { kind: kind as TextFunction, path, text: value }
  }

  #ofPath(depth: number): ODataFilter {
    const path = this.#path()
    if (this.#peek().kind === '/') return this.#lambda(path, depth)
    const word = this.#word()
    if (word === 'in') {
      this.#next++
      return { kind: 'in', path, values: this.#values() }
    }
    if (word === undefined || !operators.has(word)) return this.#refuse()
    this.#next++
    return { kind: word as ODataOperator, path, value: this.#literal() }
  }

  #values(): readonly Literal[] {
    this.take('(')
    const values = [this.#literal()]
    while (this.#peek().kind === ',') {
      this.#next++
      values.push(this.#literal())
    }
    this.take(')')
    return values
  }

  /** The operand of a comparison. */
  #literal(): Literal {
    const { value } = this.take('literal')
    if (++this.#comparisons > MOST_COMPARISONS) {
      refuse('bad-syntax', `Invalid filter clause: more than ${MOST_COMPARISONS} comparisons.`, {
        parameter: '$filter',
      })
    }
    return value
  }

  #lambda(path: PropertyPath, depth: number): ODataFilter {
    this.take('/')
    const kind = this.#word()
    if (kind !== 'any' && kind !== 'all') return this.#refuse()
    this.#next++
    this.take('(')
    if (kind === 'any' && this.#peek().kind === ')') {
      this.#next++
      return { kind, path, each: undefined }
    }
    this.#checkInner(path)
    const variable = this.take('name').text
    this.take(':')
    const each: Each = { variable, filter: this.#inEach(variable, depth) }
    this.take(')')
    return { kind, path, each }
  }

  /**
   * An inner lambda is only allowed over members of a member. Over any other collection it would be evaluated once for
   * each member of the outer one, and the cost of nested lambdas would multiply.
   */
  #checkInner([first]: PropertyPath): void {
    if (this.#variable === undefined || first === this.#variable) return
    refuse(
      'bad-syntax',
      `Invalid filter clause: an inner any or all has to be over a property of '${this.#variable}'.`,
      {
        parameter: '$filter',
      },
    )
  }

  #inEach(variable: string, depth: number): ODataFilter {
    const outer = this.#variable
    this.#variable = variable
    const filter = this.filter(depth + 1)
    this.#variable = outer
    return filter
  }

  /** Reads a path up to a slash before a lambda. */
  #path(): PropertyPath {
    const path: [string, ...string[]] = [this.take('name').text]
    while (this.#peek().kind === '/' && this.#peek(2).kind !== '(') {
      this.#next++
      path.push(this.take('name').text)
    }
    return path
  }

  #peek(ahead = 0): ODataToken {
    return this.#tokens[this.#next + ahead] ?? this.#tokens.at(-1)!
  }

  #word(): string | undefined {
    const token = this.#peek()
    return token.kind === 'name' ? token.text.toLowerCase() : undefined
  }

  #refuse(token: ODataToken = this.#peek()): never {
    return refuseSyntax(this.#text, token.at)
  }
}

type Separator = '(' | ')' | ',' | '/' | ':'

/** OData 4.01 ABNF: the primitive literals, then names, then what separates them. The longest kind comes first. */
const shapes: readonly [RegExp, (found: string, at: number) => ODataToken | undefined][] = [
  [/'(?:[^']|'')*'/y, (found, at) => literal(found.slice(1, -1).replaceAll("''", "'"), at)],
  [/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\w-])/iy, literal],
  [/\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))?(?![\w:-])/iy, time],
  [/-?\d{1,15}(?:\.\d{1,15})?(?![\w.-])/y, (found, at) => literal(Number(found), at)],
  [/(?:true|false|null)(?![\w.])/iy, (found, at) => literal(JSON.parse(found.toLowerCase()) as Literal, at)],
  [/\$count(?![\p{L}\p{N}_])/uy, (text, at) => ({ kind: 'name', text, at })],
  [/[\p{L}_][\p{L}\p{N}_]{0,127}(?![\p{L}\p{N}_])/uy, (text, at) => ({ kind: 'name', text, at })],
  [/[(),/:]/y, (found, at) => ({ kind: found as Separator, at })],
]

function literal(value: Literal, at: number): ODataToken {
  return { kind: 'literal', value, at }
}

/** A date without a time is its start in UTC. Undefined for a date that does not exist. */
function time(found: string, at: number): ODataToken | undefined {
  const value = new Date(found.toUpperCase())
  return Number.isNaN(value.getTime()) ? undefined : literal(value, at)
}

/** Splits a filter into tokens, `end` last. */
function tokensOf(text: string): readonly ODataToken[] {
  const tokens: ODataToken[] = []
  let at = spaceAfter(text, 0)
  while (at < text.length) {
    const [token, end] = tokenAt(text, at)
    tokens.push(token)
    at = spaceAfter(text, end)
  }
  return [...tokens, { kind: 'end', at }]
}

function tokenAt(text: string, at: number): [ODataToken, number] {
  for (const [shape, make] of shapes) {
    shape.lastIndex = at
    const found = shape.exec(text)?.[0]
    const token = found === undefined ? undefined : make(found, at)
    if (found !== undefined && token) return [token, at + found.length]
  }
  return refuseSyntax(text, at)
}

function spaceAfter(text: string, from: number): number {
  let at = from
  while (/[ \t\r\n]/.test(text[at] ?? '')) at++
  return at
}

/** Refuses a filter with the position of the error. */
const refuseSyntax = (text: string, at: number): never =>
  refuse('bad-syntax', `Invalid filter clause: Syntax error at position ${at} in '${text.slice(0, 200)}'.`, {
    parameter: '$filter',
  })
