import { refuse } from '../../core/refusal.ts'
import type { Operand } from './filter.ts'

/** One word of a filter, and where it stands. */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'dashed'; readonly text: string; readonly at: number }
  | { readonly kind: 'operand'; readonly value: Operand; readonly at: number }
  | { readonly kind: '(' | ')' | 'end'; readonly at: number }

const variables: ReadonlyMap<string, Operand> = new Map([
  ['$true', 'True'],
  ['$false', 'False'],
  ['$null', null],
])

/** PowerShell's quotes, doubled within a text; then its variables, its operators, and names or numbers without quotes. */
const shapes: readonly [RegExp, (found: string, at: number) => Token | undefined][] = [
  [/'(?:[^']|'')*'/y, (found, at) => ({ kind: 'operand', value: found.slice(1, -1).replaceAll("''", "'"), at })],
  [/"(?:[^"]|"")*"/y, (found, at) => ({ kind: 'operand', value: found.slice(1, -1).replaceAll('""', '"'), at })],
  [/\$\w+/y, variable],
  [/-[a-z]+(?!\w)/iy, (found, at) => ({ kind: 'dashed', text: found.slice(1).toLowerCase(), at })],
  [/[\p{L}\p{N}_][^\s()'"]*/uy, (text, at) => ({ kind: 'word', text, at })],
  [/[()]/y, (found, at) => ({ kind: found as '(' | ')', at })],
]

function variable(found: string, at: number): Token | undefined {
  const value = variables.get(found.toLowerCase())
  return value === undefined ? undefined : { kind: 'operand', value, at }
}

/** Splits a filter into its words, `end` last. */
export function tokensOf(text: string, parameter: string): readonly Token[] {
  const tokens: Token[] = []
  let at = spaceAfter(text, 0)
  while (at < text.length) {
    const [token, end] = tokenAt(text, at, parameter)
    tokens.push(token)
    at = spaceAfter(text, end)
  }
  return [...tokens, { kind: 'end', at }]
}

function tokenAt(text: string, at: number, parameter: string): [Token, number] {
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

/** Says where a filter stops making sense. */
export const refuseSyntax = (text: string, at: number, parameter: string): never =>
  refuse('bad-syntax', `Invalid filter syntax at position ${at} of "${text.slice(0, 200)}".`, { parameter })
