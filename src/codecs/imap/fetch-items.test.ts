import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { type ContentItem, type FetchItem, readFetchItems, type Section, writeSection } from './fetch-items.ts'
import { ImapReader } from './reader.ts'

function parse(text: string): readonly FetchItem[] {
  const reader = new ImapReader([Buffer.from(text)])
  const items = readFetchItems(reader)
  reader.end()
  return items
}

const names = (text: string): string[] => parse(text).map((item) => (item.item === 'content' ? item.label : item.item))

describe('items', () => {
  test.each([
    ['ALL', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE']],
    ['fast', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE']],
    ['Full', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY']],
    ['UID', ['UID']],
    ['(UID flags)', ['UID', 'FLAGS']],
    ['(FLAGS FLAGS)', ['FLAGS']],
    ['BODYSTRUCTURE', ['BODYSTRUCTURE']],
    ['(savedate UID)', ['SAVEDATE', 'UID']],
    ['BODY', ['BODY']],
    ['RFC822', ['RFC822']],
    ['(RFC822.HEADER RFC822.TEXT)', ['RFC822.HEADER', 'RFC822.TEXT']],
    ['body.peek[]', ['BODY[]']],
    ['BODY[]<0.2048>', ['BODY[]<0>']],
    ['BODY[1.2.header]', ['BODY[1.2.HEADER]']],
    ['BODY[1.MIME]', ['BODY[1.MIME]']],
    ['BODY[HEADER.FIELDS (From "To" Subject)]', ['BODY[HEADER.FIELDS (From To Subject)]']],
    ['BODY[HEADER.FIELDS (a]b c[d)]', ['BODY[HEADER.FIELDS ("a]b" "c[d")]']],
    ['BODY[3.HEADER.FIELDS.NOT ("x y")]<5.1>', ['BODY[3.HEADER.FIELDS.NOT ("x y")]<5>']],
    ['(BODY[TEXT]<0.1> BODY[TEXT]<0.2>)', ['BODY[TEXT]<0>', 'BODY[TEXT]<0>']],
  ])('%s', (text, expected) => expect(names(text)).toEqual(expected))

  test.each([
    '',
    '()',
    '(ALL)',
    '(FLAGS ALL)',
    'FLAGS UID',
    'BODY[',
    'BODY[]]',
    'BODY[0]',
    'BODY[1.]',
    'BODY[.1]',
    'BODY[MIME]',
    'BODY[1.HEADER.FIELDS]',
    'BODY[HEADER.FIELDS ()]',
    'BODY[]<0>',
    'BODY[]<0.0>',
    'BODY[]<-1.5>',
    'BODY.PEEK',
    'BODYSTRUCTURE[]',
    'RFC822.SIZE[]',
    'NONSENSE',
    `BODY[${'1.'.repeat(200)}1]`,
  ])('refuses items %#', (text) => expect(() => parse(text)).toThrow(Refusal))

  test('an item that is named with and without .PEEK sets \\Seen', () => {
    expect(parse('(BODY.PEEK[] BODY[])')).toMatchObject([{ peek: false }])
    expect(parse('(BODY[] BODY.PEEK[])')).toMatchObject([{ peek: false }])
    expect(parse('(BODY.PEEK[] RFC822.HEADER)')).toMatchObject([{ peek: true }, { peek: true }])
  })
})

test('a written section reads back the same', () => {
  const part = fc.array(fc.integer({ min: 1, max: 4_000_000 }), { maxLength: 5 })
  const fields = fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), { minLength: 1, maxLength: 4 })
  const sections: fc.Arbitrary<Section> = fc.oneof(
    fc.record({ part, of: fc.constantFrom('everything', 'header', 'text'), fields: fc.constant([]) }),
    fc.record({ part, of: fc.constantFrom('fields', 'other fields'), fields }),
  )
  fc.assert(
    fc.property(sections, (section) => {
      const [item] = parse(`BODY[${writeSection(section)}]`)
      expect((item as ContentItem).section).toEqual(section)
    }),
  )
})
