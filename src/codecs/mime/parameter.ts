import { decodeText } from '../charset/decode.ts'
import { lowerAscii } from './header.ts'
import type { Param } from './structure.ts'
import type { HeaderScanner } from './scanner.ts'
import { decodeOctets, decodeWords } from './words.ts'

/** Maximum number of sections of one value. */
const MOST_SECTIONS = 100

/** A complete parameter value, as octets in its charset. */
export interface RawParameter {
  readonly octets: string
  readonly charset: string | undefined
}

/** RFC 2231 §3 and §4: joins the sections of a parameter. Prefers the extended form over the plain one. */
export function rawParameter(params: readonly Param[], name: string): RawParameter | undefined {
  const values = new Map(params.toReversed())
  const whole = values.get(`${name}*`)
  if (whole !== undefined) return extended(whole)
  const first = values.get(`${name}*0*`)
  if (first === undefined && values.get(`${name}*0`) === undefined) {
    const plain = values.get(name)
    return plain === undefined ? undefined : { octets: plain, charset: undefined }
  }
  const start = first === undefined ? { octets: values.get(`${name}*0`)!, charset: undefined } : extended(first)
  let octets = start.octets
  for (let section = 1; section < MOST_SECTIONS; section++) {
    const encoded = values.get(`${name}*${section}*`)
    const next = encoded === undefined ? values.get(`${name}*${section}`) : unescape(encoded)
    if (next === undefined) break
    octets += next
  }
  return { octets, charset: start.charset }
}

/** RFC 2231 §6: the parameters with joined continuations. A value with a charset stays encoded, as one section. */
export function joinContinuations(params: readonly Param[]): readonly Param[] {
  if (!params.some(([name]) => section.test(name))) return params
  const values = new Map(params.toReversed())
  const joined = new Map<string, Param>()
  for (const [name, value] of params) {
    const base = section.exec(name)?.[1]
    const sections = base === undefined ? [] : sectionsOf(values, base)
    if (sections.some((each) => each.name === name)) joined.set(`${base}*0`, joinedTo(base!, sections))
    else joined.set(name, joined.get(name) ?? [name, value])
  }
  return [...joined.values()]
}

interface Section {
  readonly name: string
  readonly value: string
  readonly encoded: boolean
}

const section = /^(.+)\*\d+\*?$/

function sectionsOf(values: ReadonlyMap<string, string>, base: string): Section[] {
  const sections: Section[] = []
  while (sections.length < MOST_SECTIONS) {
    const plain = `${base}*${sections.length}`
    const name = values.has(`${plain}*`) ? `${plain}*` : plain
    const value = values.get(name)
    if (value === undefined) break
    sections.push({ name, value, encoded: name !== plain })
  }
  return sections
}

function joinedTo(base: string, sections: readonly Section[]): Param {
  if (!sections[0]!.encoded) {
    return [base, sections.map(({ value, encoded }) => (encoded ? unescape(value) : value)).join('')]
  }
  return [`${base}*`, sections.map(({ value, encoded }) => (encoded ? value : escape(value))).join('')]
}

/** A parameter's value as text. Encoded words are not allowed there, but common, and are decoded too. */
export function parameter(params: readonly Param[], name: string): string | undefined {
  const raw = rawParameter(params, name)
  if (!raw) return undefined
  if (raw.charset !== undefined) return decodeText(Buffer.from(raw.octets, 'latin1'), raw.charset)
  return raw.octets.includes('=?') ? decodeWords(raw.octets) : decodeOctets(raw.octets)
}

/** `charset'language'value` */
function extended(value: string): RawParameter {
  const [, charset, octets] = /^([^']*)'[^']*'(.*)$/s.exec(value) ?? []
  if (octets === undefined) return { octets: unescape(value), charset: undefined }
  return { octets: unescape(octets), charset: charset || undefined }
}

const unescape = (value: string): string =>
  value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Escapes everything except RFC 2231 §7 `attribute-char`. */
const escape = (value: string): string =>
  value.replace(
    /[^!#$&+\-.0-9A-Z^_`a-z{|}~]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )

/** Maximum number of parameters; more are an attack. */
const MOST_PARAMS = 200

/**
 * Reads all `; name=value` parameters (RFC 2045 §5.1). Accepts blanks in an unquoted value and missing semicolons,
 * which are common with file names.
 */
export function readParams(scanner: HeaderScanner): Param[] {
  const params: Param[] = []
  while (params.length < MOST_PARAMS) {
    scanner.skipBlanks()
    if (scanner.done) break
    if (scanner.take(';')) continue
    const name = lowerAscii(scanner.run(nameShape))
    scanner.skipBlanks()
    if (!scanner.take('=')) {
      if (name === '') scanner.at++
      continue
    }
    const value = readValue(scanner)
    if (name !== '') params.push([name, value])
  }
  return params
}

function readValue(scanner: HeaderScanner): string {
  scanner.skipBlanks()
  if (scanner.peek() === '"') return scanner.quoted()
  let value = scanner.run(wordShape)
  for (;;) {
    const start = scanner.at
    const blank = scanner.skipBlanks()
    if (scanner.done || scanner.peek() === ';' || nextParam.test(scanner.text.slice(scanner.at, scanner.at + 80))) {
      return value
    }
    const word = scanner.run(wordShape)
    if (word === '' && scanner.at === start) scanner.at++
    value += blank && value !== '' ? ` ${word}` : word
  }
}

const nameShape = /[^ \t\r\n;=("]+/y
const wordShape = /[^ \t\r\n;(]+/y
const nextParam = /^[\w*.-]+[ \t]*=/
