import { normalized } from '../../../codecs/charset/normalize.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../core/ids.ts'
import type { SearchKey } from '../../../domain/mail/types.ts'
import { uidsKey } from './uid-keys.ts'

/** A key that asks about text, and can be matched fuzzily. */
export type TextTerm = Extract<SearchTerm, { readonly text: string }>

/** Finds messages, ascending. */
export type Find = (key: SearchKey) => Promise<readonly Uid[]>

/** How a word may stand in a text, from what was meant to what is merely near it. */
interface WordForms {
  readonly word: string
  /** What it begins with: with another ending it begins alike. Undefined where too little would be left. */
  readonly stem: string | undefined
  /** It with one slip of the hand: a letter too many, one that should be double, or two in each other's place. */
  readonly slips: readonly string[]
  /** What stands on both sides of a letter that is missing, or is another one. */
  readonly sides: readonly (readonly [before: string, after: string])[]
}

/** What it counts for that a word is there, by its form. */
const POINTS = { word: 3, stem: 2, slip: 1 }
/** What it counts for that a text is there word for word, or that its words are in the subject as well. */
const EXTRA = 1

/**
 * RFC 6203 §3 leaves it to the server what a fuzzy match is. Here a message matches a text when the words of the text, in
 * any order, are in what the key looks at; of three words and more one may be missing. A word is there
 * - when it is part of what is written;
 * - when what begins like it is: all but its last three letters, and four at least;
 * - when it is but for one slip: a letter too many, a single one for a double one, two neighbours in each other's place,
 *   or one that is missing or another than it should be. Of the last two, both sides of the letter are looked for,
 *   wherever each may be, if they have three letters at least.
 *
 * Letter case and the ways to compose a character count as little as in any search. All of that says the same of the same
 * message every time.
 *
 * §4: gives the relevancy of those that match, from 1 to 100. It is the mean over the words: most for a word as it was
 * given, less for its beginning, least for a slip; more where the words are there as one text, and, where a key looks into
 * the whole message, where they are in the subject.
 */
export async function relevancy(term: TextTerm, find: Find): Promise<ReadonlyMap<Uid, number>> {
  const forms = formsOf(term.text)
  // There is nothing that could be like it.
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

/** For each message that matches, the mean of what its words count for. */
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

/** From the least that counts, a slip alone, to the most. */
const score = (points: number, most: number): number =>
  Math.max(1, Math.round(1 + (99 * (points - POINTS.slip)) / (most - POINTS.slip)))

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
