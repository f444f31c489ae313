import { refuse } from '../../core/refusal.ts'

/** Names in upper case; undefined for a parameter that has no value. */
export type Parameters = ReadonlyMap<string, string | undefined>

/** Nobody has a use for more. */
const MOST = 20

const shape = /^([a-z\d][a-z\d-]*)(?:=([^\s=\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*))?$/i

/** RFC 5321 §4.1.2: `esmtp-param`s, apart by blanks. Refuses `bad-syntax`, doubles among it. */
export function readParameters(text: string): Parameters {
  const parameters = new Map<string, string | undefined>()
  for (const word of text.split(' ').filter((it) => it !== '')) {
    const [, name, value] = shape.exec(word) ?? refuse('bad-syntax', 'That is not a parameter')
    const upper = name!.toUpperCase()
    if (parameters.has(upper) || parameters.size >= MOST) refuse('bad-syntax', 'That is a parameter too many')
    parameters.set(upper, value)
  }
  return parameters
}

/** RFC 3461 §4: text in which `+` and two hex digits stand for an octet. Refuses `bad-syntax`. */
export function decodeXtext(text: string): string {
  if (!/^(?:[!-*,-<>-~]|\+[\dA-F]{2})*$/.test(text)) refuse('bad-syntax', 'That is not xtext')
  return text.replaceAll(/\+([\dA-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
}
