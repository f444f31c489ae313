/** A word of a response: NIL and numbers are atoms too. */
export type Value = { readonly atom: string } | { readonly text: string } | readonly Value[]

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value)

/** An atom or a string alike. */
export const textOf = (value: Value | undefined): string =>
  value === undefined || isList(value) ? '' : 'atom' in value ? value.atom : value.text

/**
 * Reads one response, its literals in place and without the last CRLF. The bracket of a section begins a part of an
 * atom that ends with its counterpart, whatever stands between them: `BODY[HEADER.FIELDS (FROM)]<0>`.
 */
export function parseResponse(response: string): Value[] {
  const reading = { response, at: 0 }
  const values = readUntil(reading, '')
  if (reading.at < response.length) throw new Error(`Brackets do not match: ${response}`)
  return values
}

interface Reading {
  readonly response: string
  at: number
}

function readUntil(it: Reading, end: string): Value[] {
  const values: Value[] = []
  while (it.at < it.response.length) {
    const next = it.response[it.at]!
    if (next === end) break
    if (next === ' ') it.at += 1
    else values.push(readValue(it, next))
  }
  return values
}

function readValue(it: Reading, first: string): Value {
  if (first === '"') return { text: readQuoted(it) }
  const literal = /^~?\{(\d+)\}\r\n/.exec(it.response.slice(it.at, it.at + 24))
  if (literal) return { text: take(it, literal[0].length, Number(literal[1])) }
  if (first !== '(') return { atom: readAtom(it) }
  it.at += 1
  const list = readUntil(it, ')')
  if (it.response[it.at] !== ')') throw new Error(`A list does not end: ${it.response}`)
  it.at += 1
  return list
}

function take(it: Reading, skipped: number, length: number): string {
  const from = it.at + skipped
  it.at = from + length
  return it.response.slice(from, it.at)
}

function readQuoted(it: Reading): string {
  const found = /^"((?:[^"\\\r\n]|\\["\\])*)"/.exec(it.response.slice(it.at))
  if (!found) throw new Error(`A quoted string does not end: ${it.response}`)
  it.at += found[0].length
  return found[1]!.replaceAll(/\\(.)/g, '$1')
}

function readAtom(it: Reading): string {
  const from = it.at
  for (let depth = 0; it.at < it.response.length; it.at += 1) {
    // A field's name that is quoted may have brackets of its own.
    if (depth > 0 && it.response[it.at] === '"') readQuoted(it)
    const next = it.response[it.at]
    if (depth === 0 && ' ()'.includes(next ?? '')) break
    // Elsewhere it is a letter like others: RFC 3501 §9, atom-specials.
    if (next === '[' && (depth > 0 || /^(BODY|BINARY)(\.\w+)?$/i.test(it.response.slice(from, it.at)))) depth += 1
    if (next === ']' && depth > 0) depth -= 1
  }
  if (it.at === from) throw new Error(`Nothing is expected here: ${it.response.slice(from)}`)
  return it.response.slice(from, it.at)
}
