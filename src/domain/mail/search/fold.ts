/**
 * The form in which texts are compared: letter case and the ways to compose a character do not count
 * (in the spirit of RFC 5051's i;unicode-casemap). No character's form depends on its neighbours, so a substring of a
 * text is a substring of its fold.
 */
export const fold = (text: string): string => {
  if (isAscii(text)) return text.toLowerCase()
  // Upper case first: it brings together ſ and s, µ and μ, ß and ss.
  const upper = text.normalize('NFC').replaceAll('ẞ', 'ß').toUpperCase()
  // Lower case looks at a sigma's neighbours.
  return upper.toLowerCase().replaceAll('ς', 'σ').normalize('NFC')
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)
