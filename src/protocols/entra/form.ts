import type { HttpRequest } from '../../core/http.ts'
import { deny } from './errors/errors.ts'

/** The largest body of a token request. A certificate chain in an assertion fits in. */
export const FORM_LIMIT = 64 * 1024
const MOST_PARAMETERS = 100

/** The parameters of a token request. Unknown ones are ignored (docs/reference/identity.md §2.5). */
export interface Form {
  /** Returns undefined for a missing or empty value (RFC 6749 §3.2). Refuses a parameter that comes twice. */
  get(name: string): string | undefined
  /** Refuses with 900144 if the parameter is missing. */
  need(name: string): string
}

/** Reads `application/x-www-form-urlencoded`. A body of another content type has no parameters, as in Entra. */
export function readForm(request: HttpRequest): Form {
  const type = request.headers['content-type'] ?? ''
  const given = /^application\/x-www-form-urlencoded *(;|$)/i.test(type) ? parametersOf(request.body) : new Map()
  const get = (name: string): string | undefined => {
    const values: readonly string[] = given.get(name) ?? []
    // RFC 6749 §3.2: a parameter must not be included more than once.
    if (values.length > 1) deny(9002313)
    return values[0]
  }
  return { get, need: (name) => get(name) ?? deny(900144, name) }
}

function parametersOf(body: Uint8Array): Map<string, string[]> {
  const pairs = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .toString('latin1')
    .split('&')
    .filter((pair) => pair !== '')
  if (pairs.length > MOST_PARAMETERS) deny(9002313)
  const parameters = new Map<string, string[]>()
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const value = equals < 0 ? '' : formDecoded(pair.slice(equals + 1))
    if (value === '') continue
    const key = formDecoded(pair.slice(0, equals))
    const values = parameters.get(key)
    if (values) values.push(value)
    else parameters.set(key, [value])
  }
  return parameters
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Matches text that is not encoded. */
const plain = /^[\w.~*-]*$/

/** Decodes one name or value. Refuses text that is not percent-encoded UTF-8. */
export function formDecoded(text: string): string {
  if (plain.test(text)) return text
  try {
    return decodeURIComponent(utf8.decode(Buffer.from(text.replaceAll('+', ' '), 'latin1')))
  } catch {
    return deny(9002313)
  }
}
