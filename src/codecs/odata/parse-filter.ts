import { refuse } from '../../core/refusal.ts'
import {
  type Each,
  isEdmType,
  type Literal,
  type ODataFilter,
  type ODataOperator,
  type PropertyPath,
  type TextFunction,
} from './filter.ts'
import { type ODataToken, refuseSyntax, tokensOf } from './filter-tokens.ts'

const LONGEST_FILTER = 4096
const DEEPEST_NESTING = 32
/** Every comparison runs for every object, so their number is limited. */
const MOST_COMPARISONS = 128

/**
 * Parses the part of OData's `$filter` that Graph supports (OData 4.01 URL Conventions §5.1.1):
 *
 *     filter     = both *( "or" both )
 *     both       = term *( "and" term )
 *     term       = "not" negated | "(" filter ")" | function | path ( comparison | lambda ) | cast comparison
 *     negated    = "(" filter ")" | function | path lambda | "not" negated
 *     function   = ( "startswith" | "endswith" | "contains" ) "(" path "," text ")"
 *     cast       = "cast" "(" path "," type ")"
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
    if (kind === 'cast') return this.#cast()
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

  #cast(): ODataFilter {
    this.#next++
    this.take('(')
    const path = this.#path()
    this.take(',')
    const type = this.take('type')
    if (!isEdmType(type.text)) return this.#refuse(type)
    this.take(')')
    return { kind: this.#operator(), path, value: this.#literal(), cast: type.text }
  }

  #operator(): ODataOperator {
    const word = this.#word()
    if (word === undefined || !operators.has(word)) return this.#refuse()
    this.#next++
    return word as ODataOperator
  }

  #ofPath(depth: number): ODataFilter {
    const path = this.#path()
    if (this.#peek().kind === '/') return this.#lambda(path, depth)
    if (this.#word() === 'in') {
      this.#next++
      return { kind: 'in', path, values: this.#values() }
    }
    return { kind: this.#operator(), path, value: this.#literal() }
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
