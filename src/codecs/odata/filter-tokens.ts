import { refuse } from '../../core/refusal.ts'
import type { Literal } from './filter.ts'

/** One token of a filter, with its position. */
export type ODataToken =
  | { readonly kind: 'name'; readonly text: string; readonly at: number }
  | { readonly kind: 'type'; readonly text: string; readonly at: number }
  | { readonly kind: 'literal'; readonly value: Literal; readonly at: number }
  | { readonly kind: Separator | 'end'; readonly at: number }

type Separator = '(' | ')' | ',' | '/' | ':'

/** OData 4.01 ABNF: the primitive literals, then names, then what separates them. The longest kind comes first. */
const shapes: readonly [RegExp, (found: string, at: number) => ODataToken | undefined][] = [
  [/'(?:[^']|'')*'/y, (found, at) => literal(found.slice(1, -1).replaceAll("''", "'"), at)],
  [/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\w-])/iy, literal],
  [/\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))?(?![\w:-])/iy, time],
  [/-?\d{1,15}(?:\.\d{1,15})?(?![\w.-])/y, (found, at) => literal(Number(found), at)],
  [/(?:true|false|null)(?![\w.])/iy, (found, at) => literal(JSON.parse(found.toLowerCase()) as Literal, at)],
  [/(?:[a-z_]\w{0,63}\.){1,8}[a-z_]\w{0,63}'(?:[^']|'')*'/iy, enumeration],
  [/(?:[a-z_]\w{0,63}\.){1,8}[a-z_]\w{0,63}(?![\w.'])/iy, (text, at) => ({ kind: 'type', text, at })],
  [/\$count(?![\p{L}\p{N}_])/uy, (text, at) => ({ kind: 'name', text, at })],
  [/[\p{L}_][\p{L}\p{N}_]{0,127}(?![\p{L}\p{N}_])/uy, (text, at) => ({ kind: 'name', text, at })],
  [/[(),/:]/y, (found, at) => ({ kind: found as Separator, at })],
]

function literal(value: Literal, at: number): ODataToken {
  return { kind: 'literal', value, at }
}

/** A member of an enumeration with its type, `microsoft.graph.importance'high'`, is the text of the member. */
function enumeration(found: string, at: number): ODataToken {
  return literal(found.slice(found.indexOf("'") + 1, -1).replaceAll("''", "'"), at)
}

/** A date without a time is its start in UTC. Undefined for a date that does not exist. */
function time(found: string, at: number): ODataToken | undefined {
  const value = new Date(found.toUpperCase())
  return Number.isNaN(value.getTime()) ? undefined : literal(value, at)
}

/** Splits a filter into tokens, `end` last. Refuses `bad-syntax`. */
export function tokensOf(text: string): readonly ODataToken[] {
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
export const refuseSyntax = (text: string, at: number): never =>
  refuse('bad-syntax', `Invalid filter clause: Syntax error at position ${at} in '${text.slice(0, 200)}'.`, {
    parameter: '$filter',
  })
