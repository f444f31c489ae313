import type { KqlOperator, KqlTerm } from './kql.ts'

export type KqlToken =
  | { readonly kind: '(' | ')' | 'AND' | 'OR' | 'NOT' }
  /** A property before a group: `from:(ada OR bob)`. */
  | { readonly kind: 'group'; readonly property: string }
  | KqlTerm

const space = /\s+/y
const property = /([A-Za-z][\w.-]{0,63})\s*(:\s*(?:<>|<=|>=|[<>=])|<>|<=|>=|[:=<>])[ \t]*/y
const quotedText = /"([^"]*)(?:"(\*)?|$)|'([^']*)'(\*)?(?=[\s()]|$)/y
const word = /[^\s()]+/y

/** Splits a query into tokens. Every text has some: KQL has no syntax errors here. */
export function tokensOf(text: string, properties: ReadonlySet<string>): readonly KqlToken[] {
  const tokens: KqlToken[] = []
  let at = 0
  while (at < text.length) {
    const skipped = matchAt(space, text, at)
    if (skipped) {
      at += skipped[0].length
      continue
    }
    const [found, end] = tokenAt(text, at, properties)
    tokens.push(...found)
    at = end
  }
  return tokens
}

function tokenAt(text: string, at: number, properties: ReadonlySet<string>): readonly [readonly KqlToken[], number] {
  const character = text[at]!
  if (character === '(' || character === ')') return [[{ kind: character }], at + 1]
  if ((character === '-' || character === '+') && /[^\s()+-]/.test(text[at + 1] ?? '')) {
    return [character === '-' ? [{ kind: 'NOT' }] : [], at + 1]
  }
  return restrictionAt(text, at, properties) ?? wordAt(text, at)
}

/** A property restriction; undefined if there is no known property, or no value. */
function restrictionAt(
  text: string,
  at: number,
  properties: ReadonlySet<string>,
): readonly [readonly KqlToken[], number] | undefined {
  const found = matchAt(property, text, at)
  const name = found?.[1]!.toLowerCase()
  if (!found || name === undefined || !properties.has(name)) return undefined
  const operator = found[2]!.replace(/^:\s*(?=.)/, '') as KqlOperator
  const from = at + found[0].length
  if (text[from] === '(') return [[{ kind: 'group', property: name }], from]
  const value = valueAt(text, from)
  if (value === undefined) return undefined
  const [, low, high] = (operator === ':' && !value.phrase && /^(.+?)\.\.(.+)$/s.exec(value.text)) || []
  const term: KqlTerm =
    low === undefined || high === undefined
      ? { kind: 'term', property: name, operator, value: value.text, phrase: value.phrase, prefix: value.prefix }
      : { kind: 'term', property: name, operator: '..', value: low, until: high, phrase: false, prefix: value.prefix }
  return [[term], value.end]
}

function wordAt(text: string, at: number): readonly [readonly KqlToken[], number] {
  const value = valueAt(text, at)
  // Quotes and asterisks alone are nothing to search for.
  if (value === undefined) return [[], at + (matchAt(quotedText, text, at) ?? matchAt(word, text, at))![0].length]
  if (!value.phrase && (value.text === 'AND' || value.text === 'OR' || value.text === 'NOT')) {
    return [[{ kind: value.text }], value.end]
  }
  const { phrase, prefix } = value
  return [[{ kind: 'term', property: undefined, operator: ':', value: value.text, phrase, prefix }], value.end]
}

interface KqlValue {
  readonly text: string
  readonly phrase: boolean
  readonly prefix: boolean
  readonly end: number
}

/** A phrase in quotes, or a word; undefined for an empty one. A quote that is not closed reaches to the end. */
function valueAt(text: string, at: number): KqlValue | undefined {
  const quoted = matchAt(quotedText, text, at)
  if (quoted) {
    const [whole, double, doubleStar, single, singleStar] = quoted
    const inner = (double ?? single ?? '').trim()
    const prefix = (doubleStar ?? singleStar) !== undefined || inner.endsWith('*')
    return nonEmpty({ text: inner.replace(/\*+$/, ''), phrase: true, prefix, end: at + whole.length })
  }
  const bare = matchAt(word, text, at)?.[0]
  if (bare === undefined) return undefined
  return nonEmpty({
    text: bare.replace(/\*+$/, ''),
    phrase: false,
    prefix: bare.endsWith('*'),
    end: at + bare.length,
  })
}

const nonEmpty = (value: KqlValue): KqlValue | undefined => (value.text === '' ? undefined : value)

function matchAt(shape: RegExp, text: string, at: number): RegExpExecArray | undefined {
  shape.lastIndex = at
  return shape.exec(text) ?? undefined
}
