import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import { decodeStructure, encodeStructure } from '../../../../codecs/mime/structure.ts'
import { searchTexts } from '../../../../codecs/mime/text.ts'
import { unicodeCasemap } from '../../../../codecs/charset/unicode-casemap.ts'
import { DAY } from '../../../../core/time.ts'
import { HeaderFacts } from '../header-facts.ts'
import { type Ask, SearchTerms } from '../leaves.ts'
import { NO, UNKNOWN, YES } from '../verdicts.ts'
import { TRIGRAM_FILTER, TEXT_END, TextColumn, TextColumnWriter } from './text-column.ts'
import { packBodies, packHeaders } from './pack.ts'
import { scan } from './column-reader.ts'
import { TrigramFilter } from './trigram-filter.ts'
import type { Packed } from './text-jobs.ts'

const unitArb = fc.constantFrom('a', 'b', 'é', 'e\u0301', 'я', '会', '🎉', '\u0301', 'ᄀ', '각', '\ud800', '\0')
const textArb = fc.array(unitArb, { maxLength: 12 }).map((units) => units.join(''))

function columnOf(messages: readonly (readonly string[])[]): Uint8Array<ArrayBuffer> {
  const writer = new TextColumnWriter()
  for (const texts of messages) {
    for (const text of texts) {
      writer.writeText(text)
      writer.write(TEXT_END)
    }
    writer.next()
  }
  return new Uint8Array(Buffer.concat(writer.finish()))
}

const columnIn =
  ({ bytes, columns }: Packed) =>
  (name: string) => {
    const { start, end } = columns.get(name)!
    return bytes.slice(start, end)
  }

test('a column holds what its texts hold', () => {
  const messagesArb = fc.array(fc.array(textArb, { maxLength: 3 }), { maxLength: 30 })
  fc.assert(
    fc.property(messagesArb, textArb, (messages, text) => {
      const column = TextColumn.read(columnOf(messages), messages.length)!
      const holds = (texts: readonly string[]) =>
        texts.some((some) => unicodeCasemap(some).includes(unicodeCasemap(text)))
      const expected = messages.flatMap((texts, nth) => (holds(texts) ? [nth] : []))
      expect([...column.holding(Buffer.from(unicodeCasemap(text)))]).toEqual(expected)
    }),
    { numRuns: 1000 },
  )
})

test('octets that are no column are not taken for one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(12), (octets, count) => {
      const column = TextColumn.read(new Uint8Array(octets), count)
      if (column) expect([...column.holding(Buffer.from('a'))].every((at) => at < count)).toBe(true)
    }),
    { numRuns: 1000 },
  )
  const whole = columnOf([['a'], ['b']])
  expect(TextColumn.read(whole, 3)).toBeUndefined()
  expect(TextColumn.read(whole.slice(0, -1), 2)).toBeUndefined()
})

const headers = ['Subject: Grüße\nX-Rare: one\n\n', 'Date: Tue, 3 Mar 2026 23:30:00 -0800\nsubject:\n\n', '']
const packed = packHeaders(headers.map((header) => Buffer.from(header)))

const day = (text: string) => Date.parse(text) / DAY

test.each<[Ask, number[]]>([
  [{ of: 'field', name: 'subject', needle: unicodeCasemap('GRÜ') }, [YES, NO, NO]],
  [{ of: 'field', name: 'subject', needle: '' }, [YES, YES, NO]],
  [{ of: 'field', name: 'x-rare', needle: '' }, [YES, NO, NO]],
  [{ of: 'field', name: 'x-rare', needle: 'one' }, [UNKNOWN, NO, NO]],
  [{ of: 'field', name: 'x-rar', needle: '' }, [NO, NO, NO]],
  [{ of: 'sent', first: -Infinity, last: day('2026-03-03') }, [NO, YES, NO]],
  [{ of: 'sent', first: day('2026-03-04'), last: Infinity }, [NO, NO, NO]],
])('%j is answered from what is kept of headers', (ask, expected) => {
  const answers = new Uint8Array(headers.length)
  expect(scan(ask, columnIn(packed), answers)).toBe(true)
  expect([...answers]).toEqual(expected)
})

const octetsArb = fc
  .array(
    fc.oneof(
      fc.constantFrom('Content-Type: ', 'text/html', 'multipart/mixed; boundary=a', '\r\n', '\n', '--a', '--a--', ': '),
      fc.constantFrom('Content-Transfer-Encoding: base64', 'message/rfc822', '=?utf-8?B?4pyT?=', 'R3LDvMOfZQ==', '<b>'),
      fc.constantFrom('é', 'e', 'GRÜSSE', '\xff\xfe', '\0', 'subject: a', 'text'),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Buffer.from(pieces.join(''), 'latin1'))

test('of any headers, what is packed says what is found by reading them', () => {
  const nameArb = fc.constantFrom('subject', 'date', 'x-rare', 'from', 'content-type')
  const fieldArb = fc.tuple(
    fc.constantFrom('Subject', 'SUBJECT', 'Date', 'date ', 'X-Rare', 'From', ''),
    fc.constantFrom(
      'a',
      '=?utf-8?B?R3LDvMOfZQ==?=',
      'Tue, 3 Mar 2026 23:30:00 -0800',
      'Wed, 4 Mar 2026 23:30:00 +0000',
      '\xe9',
      'x\r\n y',
    ),
  )
  const headerArb = fc
    .array(fieldArb, { maxLength: 6 })
    .map((fields) => Buffer.from(fields.map(([name, value]) => `${name}: ${value}\r\n`).join(''), 'latin1'))
  fc.assert(
    fc.property(
      fc.array(headerArb, { minLength: 1, maxLength: 6 }),
      nameArb,
      fc.constantFrom('', 'a', 'GRÜ', 'é', 'x y'),
      (all, name, text) => {
        const packed = packHeaders(all)
        const needle = unicodeCasemap(text)
        const day3: Ask = { of: 'sent', first: day('2026-03-03'), last: day('2026-03-03') }
        for (const ask of [{ of: 'field', name, needle } satisfies Ask, day3]) {
          const answers = new Uint8Array(all.length)
          expect(scan(ask, columnIn(packed), answers)).toBe(true)
          for (const [nth, bytes] of all.entries()) {
            const facts = new HeaderFacts(bytes)
            const fits =
              ask.of === 'sent' ? facts.sentDay === ask.first : facts.texts(name).some((each) => each.includes(needle))
            if (answers[nth] !== UNKNOWN) expect(answers[nth]).toBe(fits ? YES : NO)
            else expect([...facts.names]).toContain(name)
          }
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('of any octets, what is packed holds what is found by reading them', () => {
  const needleArb = fc.constantFrom('e', 'é', 'grüße', 'subject: a', 'text/html', '\r\n', 'b', '✓', '\0', '--')
  fc.assert(
    fc.property(fc.array(octetsArb, { minLength: 1, maxLength: 8 }), needleArb, (all, text) => {
      const needle = unicodeCasemap(text)
      const messages = all.map((bytes) => ({ bytes, structure: encodeStructure(parseMessage(bytes).part) }))
      const packed = packBodies(messages)
      for (const of of ['body', 'text'] as const) {
        const answers = new Uint8Array(all.length)
        expect(scan({ of, needle }, columnIn(packed), answers)).toBe(true)
        const read = messages.map(({ bytes, structure }) => {
          const found = new SearchTerms([needle])
          for (const piece of searchTexts(bytes, decodeStructure(structure))) found.look(piece)
          return found.inBody.has(needle) || (of === 'text' && found.inHeader.has(needle)) ? YES : NO
        })
        expect([...answers]).toEqual(read)
        const passing = TrigramFilter.read(columnIn(packed)(TRIGRAM_FILTER), all.length)!.passing([Buffer.from(needle)])
        expect(passing).toEqual(expect.arrayContaining([...read.keys()].filter((at) => read[at] === YES)))
      }
    }),
    { numRuns: 1000 },
  )
})
