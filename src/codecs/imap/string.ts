/** Longer strings are written as literals, so that no client has to buffer a long line. */
const LONGEST_QUOTED = 1000

/** RFC 9051 §4.3: `NIL`, a quoted string or a literal, as the value requires. Text is written as UTF-8. */
export const nstring = (value: Uint8Array | string | undefined): Buffer =>
  Buffer.from(writeNstring(value === undefined ? undefined : toOctets(value)), 'latin1')

/** An astring: without quotes where possible. */
export function astring(value: Uint8Array | string): Buffer {
  const octets = toOctets(value)
  // The atom NIL would mean that there is no string.
  const bare = /^[^\0-\x20(){%*"\\\x7f-\xff]+$/.test(octets) && !/^nil$/i.test(octets)
  return Buffer.from(bare ? octets : writeString(octets), 'latin1')
}

/** {@link nstring} for text with one character for each octet. */
export const writeNstring = (octets: string | undefined): string => (octets === undefined ? 'NIL' : writeString(octets))

/**
 * A quoted string if the text is short and printable US-ASCII, otherwise a literal. Neither may contain NUL, so NUL is
 * removed.
 */
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

/** RFC 3501 §4.3, RFC 7888: the announcement of a literal at the end of a line. */
export interface LiteralMark {
  readonly octets: number
  /** The client waits for a continuation before it sends the octets. */
  readonly waits: boolean
}

/** RFC 7888 §5: the largest non-synchronizing literal with LITERAL-, in octets. */
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

// RFC 3501 §5.1.3: printable ASCII is itself, `&` is `&-`, and other characters are UTF-16 in base64 with `,` instead
// of `/`.

const piece = /&([A-Za-z0-9+,]*)-|[\x20-\x25\x27-\x7e]+/y

/** A name in modified UTF-7. */
export const encodeUtf7 = (name: string): string =>
  name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${toBase64(run)}-`))

/** Decodes modified UTF-7; undefined for text that {@link encodeUtf7} would not write. */
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
      // No superfluous shifts: two adjacent encoded runs have to be one.
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
