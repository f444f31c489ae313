/**
 * The form in which texts are compared: letter case and the ways to compose a character do not count
 * (in the spirit of RFC 5051's i;unicode-casemap). No character's form depends on its neighbours, so a substring of a
 * text is a substring of its fold. Half a surrogate pair is U+FFFD, so that every fold can be written as UTF-8.
 */
export const fold = (text: string): string => {
  if (isAscii(text)) return text.toLowerCase()
  // Upper case first: it brings together ſ and s, µ and μ, ß and ss.
  const upper = compose(text.toWellFormed()).replaceAll('ẞ', 'ß').toUpperCase()
  // Lower case looks at a sigma's neighbours.
  return compose(upper.toLowerCase().replaceAll('ς', 'σ'))
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/** Characters composed at a time: to put a thousand accents on one letter in order takes a million steps. */
const SLICE = 1000

/** NFC, in slices that are cut where nothing composes. */
function compose(text: string): string {
  let composed = ''
  for (let start = 0; start < text.length;) {
    const end = cutAfter(text, start + SLICE)
    composed += text.slice(start, end).normalize('NFC')
    start = end
  }
  return composed
}

function cutAfter(text: string, wanted: number): number {
  let cut = wanted
  while (cut < text.length && cut < wanted + SLICE && joins(text, cut)) cut++
  return Math.min(cut, text.length)
}

/** Whether the character here may become one with those before it: marks, and the later parts of a Hangul syllable. */
function joins(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x300 && joining.test(String.fromCodePoint(text.codePointAt(at)!))
}

const joining = /[\p{M}\u1160-\u11ff\udc00-\udfff]/u
