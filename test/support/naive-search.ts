import * as fc from 'fast-check'
import { allWords, type WrittenMail } from '../corpus/mime/written-mail.ts'
import { type Flags, type SearchKey, SEEN } from '../../src/domain/mail/types.ts'

export const flagsOf = (isSeen: boolean): Flags => ({ system: isSeen ? SEEN : 0, keywords: [] })

/** The plainest way to search: every text of every mail, brought into its form letter by letter. */
export function naive(query: SearchKey, { written, flags, octets }: NaiveMail): boolean {
  switch (query.key) {
    case 'not':
      return !naive(query.of, { written, flags, octets })
    case 'or':
      return query.of.some((of) => naive(of, { written, flags, octets }))
    case 'and':
      return query.of.every((of) => naive(of, { written, flags, octets }))
    case 'header':
      return holds([query.name === 'Subject' ? written.subject : written.from], query.text)
    case 'body':
      return query.text === '' || holds(written.bodies, query.text)
    case 'text':
      return query.text === '' || holds([...written.bodies, ...written.headerLines], query.text)
    case 'flag':
      return ((flags.system & SEEN) !== 0) === query.set
    case 'larger':
      return octets > query.octets
    default:
      return query.key === 'all'
  }
}

const holds = (texts: readonly string[], text: string): boolean =>
  texts.some((hay) => naiveFold(hay).includes(naiveFold(text)))

export interface NaiveMail {
  readonly written: WrittenMail
  readonly flags: Flags
  readonly octets: number
}

/** RFC 5051 §2, letter by letter. */
const naiveFold = (text: string): string => Array.from(text.toWellFormed(), folded).join('')

/** Folded letters: the texts of the tests repeat a few hundred. */
const known = new Map<string, string>()

function folded(character: string): string {
  const found = known.get(character) ?? titled(character).normalize('NFKD')
  known.set(character, found)
  return found
}

/** The simple title case of the letters that occur here. */
function titled(character: string): string {
  if ('ǄǅǆǇǈǉǊǋǌǱǲǳ'.includes(character)) return 'ǅǈǋǲ'.charAt('ǄǅǆǇǈǉǊǋǌǱǲǳ'.indexOf(character) / 3)
  const upper = character.toUpperCase()
  return upper.length === character.length ? upper : character
}

const needleArb = fc.oneof(
  fc.constantFrom(
    ...allWords,
    '',
    'e',
    'É',
    'ς',
    'ß',
    'ss',
    'ǆ',
    'fi',
    '\u0301',
    '会',
    '보',
    'مر',
    '🎉',
    '𝔘',
    '<b>',
    'plan',
    'отч',
    'charset=UTF-8',
    'example.com',
  ),
  fc.tuple(fc.constantFrom(...allWords), fc.nat(3), fc.nat(12)).map(([word, start, length]) => {
    const some = Array.from(word)
      .slice(start, start + length)
      .join('')
    return length % 2 === 0 ? some.toUpperCase() : some
  }),
  fc.tuple(fc.constantFrom(...allWords), fc.constantFrom(...allWords)).map((pair) => pair.join(' ')),
)

export const { query: queryArb } = fc.letrec<{ query: SearchKey; leaf: SearchKey }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    tie('query').map((of): SearchKey => ({ key: 'not', of })),
    fc
      .tuple(fc.constantFrom('or' as const, 'and' as const), fc.array(tie('query'), { maxLength: 3 }))
      .map(([key, of]): SearchKey => ({ key, of })),
  ),
  leaf: fc.oneof(
    needleArb.map((text): SearchKey => ({ key: 'body', text })),
    needleArb.map((text): SearchKey => ({ key: 'text', text })),
    fc
      .tuple(fc.constantFrom('Subject', 'From'), needleArb)
      .map(([name, text]): SearchKey => ({ key: 'header', name, text })),
    fc.boolean().map((set): SearchKey => ({ key: 'flag', flag: '\\Seen', set })),
    fc.integer({ min: 200, max: 1500 }).map((octets): SearchKey => ({ key: 'larger', octets })),
    fc.constant<SearchKey>({ key: 'all' }),
  ),
}))
