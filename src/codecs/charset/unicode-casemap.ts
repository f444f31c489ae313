/**
 * RFC 5051 §2: the form in which i;unicode-casemap compares texts, here as text rather than as UTF-8. No character's form
 * depends on its neighbours, so a substring of a text is a substring of its form. Half a surrogate pair is U+FFFD, so
 * that every form can be written as UTF-8.
 */
export const unicodeCasemap = (text: string): string =>
  /^[\0-\x7f]*$/.test(text) ? text.toUpperCase() : text.replace(/[^\0-\x7f]+|[a-z]+/gu, formOfRun)

/** Room that the form of a text may need: octets of UTF-8 for each of its units of UTF-16. */
export const MOST_FORM_OCTETS = 33

/**
 * Writes the UTF-8 octets of a text's form into a buffer that has {@link MOST_FORM_OCTETS} for each of the text's units.
 * Returns where they end.
 */
export function writeCasemapped(text: string, into: Uint8Array, start: number): number {
  let end = start
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80) {
      into[end++] = upperCase[unit]!
      continue
    }
    const octets = octetsOf(unit)
    if (octets) {
      for (let nth = 0; nth < octets.length; nth++) into[end++] = octets[nth]!
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(at)!)
    const form = Buffer.from(formOf(character))
    into.set(form, end)
    end += form.length
    at += character.length - 1
  }
  return end
}

/**
 * What `<` compares as UTF-8 octets would be: characters beyond the basic plane come last, although their halves do not.
 * Only to be compared with others of its kind.
 */
export const octetOrder = (form: string): string =>
  /[\ud800-\uffff]/.test(form) ? form.replace(/[\ud800-\uffff]/g, shifted) : form

const shifted = (unit: string): string => {
  const code = unit.charCodeAt(0)
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800)
}

const upperCase = Uint8Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code).toUpperCase().charCodeAt(0))

/** Forms of the units that are characters, as text and as octets, as far as they have been asked for. */
const forms: (string | undefined)[] = Array.from({ length: 0x1_0000 })
const formOctets: (Uint8Array | undefined)[] = Array.from({ length: 0x1_0000 })

/** The octets of a character's form; undefined for half a pair. */
function octetsOf(unit: number): Uint8Array | undefined {
  const known = formOctets[unit]
  if (known || isHalf(unit)) return known
  return (formOctets[unit] = Uint8Array.from(Buffer.from(formOf(String.fromCharCode(unit)))))
}

const isHalf = (unit: number): boolean => unit >= 0xd800 && unit < 0xe000

function formOfRun(run: string): string {
  if (run < '\x80') return run.toUpperCase()
  let form = ''
  for (const character of run) {
    if (character.length > 1) form += formOf(character)
    else form += forms[character.charCodeAt(0)] ??= formOf(character)
  }
  return form
}

/** Title case first, then decomposed, each character for itself. */
const formOf = (character: string): string => titleCase(character.toWellFormed()).normalize('NFKD')

/** The one character that is its simple title case (RFC 5051 §2, UnicodeData.txt field 14); itself when there is none. */
function titleCase(character: string): string {
  const special = titled.get(character)
  if (special !== undefined) return special
  const upper = character.toUpperCase()
  if (Array.from(upper).length > 1) return withIota(character)
  // Georgian letters have an upper case that is not used for titles.
  return /^[\u10d0-\u10ff]$/.test(character) ? character : upper
}

/** Letters that are one for two, and in a title only the first of them is large. */
const titled: ReadonlyMap<string, string> = new Map(
  ['ǅ', 'ǈ', 'ǋ', 'ǲ'].flatMap((title) => {
    const code = title.charCodeAt(0)
    return [code - 1, code, code + 1].map((each) => [String.fromCharCode(each), title] as const)
  }),
)

/** Greek letters with an iota below them are one large letter in a title; those in UnicodeData.txt with no such form stay. */
function withIota(character: string): string {
  const code = character.charCodeAt(0)
  if (/^[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7]$/.test(character)) return String.fromCharCode(code + 8)
  return /^[\u1fb3\u1fc3\u1ff3]$/.test(character) ? String.fromCharCode(code + 9) : character
}
