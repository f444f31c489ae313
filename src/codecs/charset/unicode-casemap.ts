/**
 * RFC 5051 §2: the form in which i;unicode-casemap compares texts, here as text rather than as UTF-8. No character's form
 * depends on its neighbours, so a substring of a text is a substring of its form.
 */
export function unicodeCasemap(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toUpperCase()
  let form = ''
  for (const character of text) form += formOf(character)
  return form
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

/** Title case first, then decomposed, each character for itself. */
const formOf = (character: string): string =>
  character < '\x80' ? character.toUpperCase() : titleCase(character).normalize('NFKD')

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
