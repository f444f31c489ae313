import { normalized } from '../../../../codecs/charset/normalize.ts'

/** How a word may stand in a text, from what was meant to what is merely near it. */
export interface WordForms {
  readonly word: string
  /** What it begins with: with another ending it begins alike. Undefined where too little would be left. */
  readonly stem: string | undefined
  /** It with one slip of the hand: a letter too many, one that should be double, or two in each other's place. */
  readonly slips: readonly string[]
  /** What stands on both sides of a letter that is missing, or is another one. */
  readonly sides: readonly (readonly [before: string, after: string])[]
}

/** Words of one text that are looked at, the first of them. */
const MOST_WORDS = 8
/** Letters of a word whose ending, and whose slips, are thought of. */
const FOR_A_STEM = 5
const FOR_SLIPS = { least: 4, most: 24 }
const SHORTEST_SIDE = 3
const ENDING = 3
const SHORTEST_STEM = 4

const words = /[\p{L}\p{N}\p{M}]+/gu

/** Those of the words in a text, each once. */
export function formsOf(text: string): readonly WordForms[] {
  const found = normalized(text, 'NFC').toLowerCase().match(words) ?? []
  return [...new Set(found)].slice(0, MOST_WORDS).map(formsOfWord)
}

function formsOfWord(word: string): WordForms {
  const letters = Array.from(word)
  const { length } = letters
  const stem = length < FOR_A_STEM ? undefined : letters.slice(0, Math.max(SHORTEST_STEM, length - ENDING)).join('')
  if (length < FOR_SLIPS.least || length > FOR_SLIPS.most) return { word, stem, slips: [], sides: [] }
  return { word, stem, slips: slipsOf(word, letters), sides: sidesOf(letters) }
}

function slipsOf(word: string, letters: readonly string[]): readonly string[] {
  const slips = new Set<string>()
  for (const [at, letter] of letters.entries()) {
    const [before, after] = [letters.slice(0, at).join(''), letters.slice(at + 1).join('')]
    slips.add(before + after)
    slips.add(before + letter + letter + after)
    const next = letters[at + 1]
    if (next !== undefined) slips.add(before + next + letter + letters.slice(at + 2).join(''))
  }
  slips.delete(word)
  // What holds the word itself holds no slip of it.
  return [...slips].filter((slip) => !slip.includes(word))
}

function sidesOf(letters: readonly string[]): readonly (readonly [string, string])[] {
  const sides: (readonly [string, string])[] = []
  for (let at = SHORTEST_SIDE; at <= letters.length - SHORTEST_SIDE; at++) {
    const before = letters.slice(0, at).join('')
    sides.push([before, letters.slice(at).join('')])
    if (at < letters.length - SHORTEST_SIDE) sides.push([before, letters.slice(at + 1).join('')])
  }
  return sides
}
