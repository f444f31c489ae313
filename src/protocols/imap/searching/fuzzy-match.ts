import { normalized } from '../../../codecs/charset/unicode-casemap.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../core/ids.ts'
import type { SearchKey } from '../../../domain/mail/types.ts'
import { uidsKey } from './uid-keys.ts'

/** A key with a text, which can be matched fuzzily. */
export type TextTerm = Extract<SearchTerm, { readonly text: string }>

/** Finds messages; the result ascends. */
export type Find = (key: SearchKey) => Promise<readonly Uid[]>

/** The forms of a word to search for, from exact to similar. */
interface WordForms {
  readonly word: string
  /** The word without its ending; undefined if too little would be left. */
  readonly stem: string | undefined
  /**
   * The word as it is if one typing error is undone: without an extra letter, with a letter doubled, with two letters
   * swapped.
   */
  readonly slips: readonly string[]
  /** The texts before and after a letter that may be missing or wrong. */
  readonly sides: readonly (readonly [before: string, after: string])[]
}

/** Points for a word, by the form that was found. */
const POINTS = { word: 3, stem: 2, slip: 1 }
/** Points for the exact text, and for its words in the subject. */
const EXTRA = 1

/**
 * RFC 6203 §3 leaves the definition of a fuzzy match to the server. In Postern a message matches a text if the searched
 * field contains the words of the text, in any order; with three or more words, one may be missing. A field contains a
 * word if
 * - the word is part of the field;
 * - the stem is part of the field: the word without its last three letters, at least four letters long;
 * - the word is part of the field except for one typing error: an extra letter, a single letter for a double one, two
 *   adjacent letters swapped, or a letter missing or wrong. For the last two, the texts on both sides of the letter are
 *   searched for separately, if each has at least three letters.
 *
 * As in any search, letter case and the composition of characters make no difference. The result for a message is
 * always the same.
 *
 * §4: returns the relevancy of the matching messages, from 1 to 100. It is the mean over the words: highest for the
 * exact word, lower for the stem, lowest for a typing error. The exact text adds to it; so do words in the subject, if
 * the key searches the whole message.
 */
export async function relevancy(term: TextTerm, find: Find): Promise<ReadonlyMap<Uid, number>> {
  const forms = formsOf(term.text)
  // A text without words is matched exactly.
  if (forms.length === 0) return new Map((await find(term)).map((uid) => [uid, 100]))
  const points = await pointsOf(forms, term, find)
  const here: Find = (key) => find({ key: 'and', of: [uidsKey([...points.keys()].sort((a, b) => a - b)), key] })
  let most = POINTS.word
  if (forms.length > 1) {
    most += EXTRA
    for (const uid of await here(term)) points.set(uid, points.get(uid)! + EXTRA)
  }
  if (term.key === 'text') {
    most += EXTRA
    const subject = forms.map(({ word }): SearchKey => ({ key: 'header', name: 'SUBJECT', text: word }))
    for (const uid of await here({ key: 'and', of: subject })) points.set(uid, points.get(uid)! + EXTRA)
  }
  return new Map(Array.from(points, ([uid, sum]) => [uid, score(sum, most)]))
}

/** The mean points of the words, for each matching message. */
async function pointsOf(forms: readonly WordForms[], term: TextTerm, find: Find): Promise<Map<Uid, number>> {
  const sums = new Map<Uid, { words: number; sum: number }>()
  for (const each of forms) {
    for (const [uid, points] of await pointsOfWord(each, term, find)) {
      const { words, sum } = sums.get(uid) ?? { words: 0, sum: 0 }
      sums.set(uid, { words: words + 1, sum: sum + points })
    }
  }
  const needed = forms.length > 2 ? forms.length - 1 : forms.length
  const matching = Array.from(sums).filter(([, { words }]) => words >= needed)
  return new Map(matching.map(([uid, { sum }]) => [uid, sum / forms.length]))
}

async function pointsOfWord(forms: WordForms, term: TextTerm, find: Find): Promise<Map<Uid, number>> {
  const { word, stem, slips, sides } = forms
  const found = new Map<Uid, number>()
  const look = async (any: readonly SearchKey[], points: number): Promise<void> => {
    if (any.length === 0) return
    const known = uidsKey([...found.keys()].sort((a, b) => a - b))
    const more: SearchKey = {
      key: 'and',
      of: [
        { key: 'not', of: known },
        { key: 'or', of: any },
      ],
    }
    for (const uid of await find(more)) found.set(uid, points)
  }
  const holding = (text: string): SearchKey => ({ ...term, text })
  await look([holding(word)], POINTS.word)
  await look(stem === undefined ? [] : [holding(stem)], POINTS.stem)
  const bothSides = sides.map((side): SearchKey => ({ key: 'and', of: side.map(holding) }))
  await look([...slips.map(holding), ...bothSides], POINTS.slip)
  return found
}

/** Converts points to a relevancy: a typing error alone is 1, the maximum is 100. */
const score = (points: number, most: number): number =>
  Math.max(1, Math.round(1 + (99 * (points - POINTS.slip)) / (most - POINTS.slip)))

/** Maximum number of words; further words of a text are ignored. */
const MOST_WORDS = 8
// Letters that a word needs for a stem, and for typing errors.
const FOR_A_STEM = 5
const FOR_SLIPS = { least: 4, most: 24 }
const SHORTEST_SIDE = 3
const ENDING = 3
const SHORTEST_STEM = 4

const words = /[\p{L}\p{N}\p{M}]+/gu

/** The forms of the words in a text, each word once. */
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
  // A form that contains the word would only match what the word matches.
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
