/**
 * RFC 5051 §2: the form in which i;unicode-casemap compares texts, as text and not as UTF-8. The form of a character
 * does not depend on its neighbours, so the form of a substring is a substring of the form. Half a surrogate pair
 * becomes U+FFFD, so that every form can be encoded as UTF-8.
 */
export const unicodeCasemap = (text: string): string =>
  /^[\0-\x7f]*$/.test(text) ? text.toUpperCase() : text.replace(/[^\0-\x7f]+|[a-z]+/gu, formOfRun)

/** Maximum octets of the form of a text in UTF-8, for each UTF-16 unit, with some extra. */
export const casemapLength = (units: number): number => units * 33 + 3

/** Writes the form of a text as UTF-8 into a buffer with {@link casemapLength} free octets. Returns the end. */
export function writeCasemapped(text: string, into: Buffer, start: number): number {
  return /^[\0-\x7f]*$/.test(text)
    ? start + into.write(text.toUpperCase(), start, 'latin1')
    : writeForms(text, into, start)
}

const SMALL_A = 0x61
const SMALL_Z = 0x7a

function writeForms(text: string, into: Buffer, start: number): number {
  let end = start
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) {
      into[end++] = unit >= SMALL_A && unit <= SMALL_Z ? unit - 0x20 : unit
      continue
    }
    const octets = shortForms[unit]! || shortForm(unit)
    if (octets !== LONG) {
      // Extra octets are overwritten by the next character.
      into[end] = octets >>> 16
      into[end + 1] = octets >>> 8
      into[end + 2] = octets
      end += octets >> 24
      continue
    }
    const known = longForms[unit]
    if (known) {
      for (let nth = 0; nth < known.length; nth++) into[end++] = known[nth]!
      continue
    }
    // Half a surrogate pair, or a complete one.
    const character = String.fromCodePoint(text.codePointAt(at)!)
    end += into.write(formOf(character), end)
    at += character.length - 1
  }
  return end
}

/**
 * A sort key that `<` orders like UTF-8 octets: characters outside the basic plane come last, although their surrogates
 * do not. Compare it only with other such keys.
 */
export const octetOrder = (form: string): string =>
  /[\ud800-\uffff]/.test(form) ? form.replace(/[\ud800-\uffff]/g, shifted) : form

const shifted = (unit: string): string => {
  const code = unit.charCodeAt(0)
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800)
}

/** The forms of single units, computed on first use. */
const forms: (string | undefined)[] = Array.from({ length: 0x1_0000 })
/** The forms of at most three octets, with their length before them; 0 if not computed yet. */
const shortForms = new Int32Array(0x1_0000)
/** The octets of longer forms. */
const longForms: (Uint8Array | undefined)[] = Array.from({ length: 0x1_0000 })
/** Marks a longer form, and half a surrogate pair. */
const LONG = -1

function shortForm(unit: number): number {
  if (unit >= 0xd800 && unit < 0xe000) return LONG
  const octets = Buffer.from(formOf(String.fromCharCode(unit)))
  if (octets.length > 3) {
    longForms[unit] = octets
    return (shortForms[unit] = LONG)
  }
  const [first = 0, second = 0, third = 0] = octets
  return (shortForms[unit] = (octets.length << 24) | (first << 16) | (second << 8) | third)
}

function formOfRun(run: string): string {
  if (run < '\x80') return run.toUpperCase()
  let form = ''
  for (const character of run) {
    if (character.length > 1) form += formOf(character)
    else form += forms[character.charCodeAt(0)] ??= formOf(character)
  }
  return form
}

/** Title case, then decomposition, for each character. */
const formOf = (character: string): string => titleCase(character.toWellFormed()).normalize('NFKD')

/** The simple title case of a character (RFC 5051 §2, UnicodeData.txt field 14); without one, the character itself. */
function titleCase(character: string): string {
  const special = titled.get(character)
  if (special !== undefined) return special
  const upper = character.toUpperCase()
  if (Array.from(upper).length > 1) return withIota(character)
  // Georgian letters have an upper case that titles do not use.
  return /^[\u10d0-\u10ff]$/.test(character) ? character : upper
}

/** Digraphs: in a title only the first of the two letters is upper case. */
const titled: ReadonlyMap<string, string> = new Map(
  ['ǅ', 'ǈ', 'ǋ', 'ǲ'].flatMap((title) => {
    const code = title.charCodeAt(0)
    return [code - 1, code, code + 1].map((each) => [String.fromCharCode(each), title] as const)
  }),
)

/** Greek letters with an iota subscript have one title case letter. Those without one in UnicodeData.txt stay. */
function withIota(character: string): string {
  const code = character.charCodeAt(0)
  if (/^[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]$/.test(character)) return String.fromCharCode(code + 8)
  return /^[\u1fb3\u1fc3\u1ff3]$/.test(character) ? String.fromCharCode(code + 9) : character
}

type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/** UAX #15 §13: more combining marks in a row than any language needs. */
const longRun = /\p{M}{30}(?=\p{M})/gu
const COMBINING_GRAPHEME_JOINER = '\u034f'

/**
 * Normalizes untrusted text. Sorting a row of combining marks takes quadratic time, so a long row is divided, as UAX
 * #15 §13 (Stream-Safe Text Format) proposes.
 */
export const normalized = (text: string, form: Form): string =>
  text.replace(longRun, `$&${COMBINING_GRAPHEME_JOINER}`).normalize(form)
