/** Longer ones go out as literals: no reader need hold a line of any length. */
const LONGEST_QUOTED = 1000

/** `NIL`, quoted or literal, whichever carries it: RFC 9051 §4.3. Strings are text and go out as UTF-8. */
export const nstring = (value: Uint8Array | string | undefined): Buffer =>
  Buffer.from(writeNstring(value === undefined ? undefined : toOctets(value)), 'latin1')

/** A string that may also stand bare where an atom can. */
export function astring(value: Uint8Array | string): Buffer {
  const octets = toOctets(value)
  // An atom NIL would be taken for the absence of a string.
  const bare = /^[^\0-\x20(){%*"\\\x7f-\xff]+$/.test(octets) && !/^nil$/i.test(octets)
  return Buffer.from(bare ? octets : writeString(octets), 'latin1')
}

/** {@link nstring} from octets to octets, one character each. */
export const writeNstring = (octets: string | undefined): string => (octets === undefined ? 'NIL' : writeString(octets))

/** Quoted when it is short and printable US-ASCII; a literal otherwise. A NUL has no place in either and is dropped. */
export function writeString(octets: string): string {
  if (octets.length <= LONGEST_QUOTED && /^[\t\x20-\x7e]*$/.test(octets)) {
    return `"${/["\\]/.test(octets) ? octets.replace(/["\\]/g, '\\$&') : octets}"`
  }
  const sound = octets.replaceAll('\0', '')
  return `{${sound.length}}\r\n${sound}`
}

const toOctets = (value: Uint8Array | string): string =>
  (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.length)).toString(
    'latin1',
  )

/** RFC 3501 §4.3, RFC 7888: what the end of a line says about the octets that follow it. */
export interface LiteralMark {
  readonly octets: number
  /** The client waits for a continuation before it sends the octets. */
  readonly waits: boolean
}

/** RFC 7888 §5: octets of the largest literal that is not waited with, where LITERAL- is what is offered. */
export const SMALL_LITERAL = 4096

const mark = /\{(\d{1,20})(\+?)\}$/
/** The longest mark: braces, twenty digits and a plus. */
const longest = 23

/** The literal that a line announces, if it ends in one. */
export function literalAt(line: Buffer): LiteralMark | undefined {
  if (line[line.length - 1] !== 0x7d) return undefined
  const found = mark.exec(line.toString('latin1', Math.max(0, line.length - longest)))
  return found ? { octets: Number(found[1]), waits: found[2] === '' } : undefined
}

// RFC 3501 §5.1.3: printable ASCII stands for itself, `&` is `&-`, and the rest is UTF-16 in base64 with `,` for `/`.

const piece = /&([A-Za-z0-9+,]*)-|[\x20-\x25\x27-\x7e]+/y

/** A name in modified UTF-7. */
export const encodeUtf7 = (name: string): string =>
  name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${toBase64(run)}-`))

/** The name that modified UTF-7 stands for; undefined for anything that {@link encodeUtf7} does not write. */
export function decodeUtf7(text: string): string | undefined {
  let name = ''
  let shifted = false
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at
    const found = piece.exec(text)
    if (!found) return undefined
    const encoded = found[1]
    if (encoded) {
      const run = fromBase64(encoded)
      // No superfluous shifts: two encoded runs in a row would be one.
      if (run === undefined || shifted) return undefined
      name += run
    } else {
      name += encoded === undefined ? found[0] : '&'
    }
    shifted = Boolean(encoded)
  }
  return name
}

function toBase64(run: string): string {
  const octets = Buffer.from(run, 'utf16le').swap16()
  return octets.toString('base64').replaceAll('/', ',').replaceAll('=', '')
}

function fromBase64(encoded: string): string | undefined {
  const octets = Buffer.from(encoded.replaceAll(',', '/'), 'base64')
  if (octets.length % 2 !== 0) return undefined
  const run = octets.swap16().toString('utf16le')
  const exact = toBase64(run) === encoded && run.isWellFormed()
  // Printable ASCII must not be encoded.
  return exact && !/[\x20-\x7e]/.test(run) ? run : undefined
}
