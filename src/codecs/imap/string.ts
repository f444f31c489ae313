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
