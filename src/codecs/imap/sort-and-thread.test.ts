import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { ImapReader } from './reader.ts'
import { readCharsetAndSearch, readSortTerms } from './sort-and-thread.ts'

const read = (text: string) => {
  const reader = new ImapReader([Buffer.from(text)])
  const order = readSortTerms(reader)
  const term = readCharsetAndSearch(reader.space(), { charsets: ['US-ASCII', 'UTF-8'], depth: 10 })
  reader.end()
  return { order, term }
}
const up = (key: string) => ({ key, reverse: false })

test.each([
  ['(SUBJECT) UTF-8 SINCE 1-Feb-1994', [up('SUBJECT')]],
  ['(subject REVERSE Date) us-ascii ALL', [up('SUBJECT'), { key: 'DATE', reverse: true }]],
  [
    '(ARRIVAL CC DATE FROM SIZE TO DISPLAYFROM DISPLAYTO RELEVANCY) "UTF-8" ALL',
    'ARRIVAL CC DATE FROM SIZE TO DISPLAYFROM DISPLAYTO RELEVANCY'.split(' ').map(up),
  ],
  ['(SIZE REVERSE SIZE FROM) UTF-8 ALL', [up('SIZE'), up('FROM')]],
])('%s', (text, order) => expect(read(text).order).toEqual(order))

test('the search keys come after the charset', () => {
  expect(read('(SUBJECT) UTF-8 TEXT "x"').term).toEqual({ key: 'text', text: 'x' })
})

test.each([
  '() UTF-8 ALL',
  '(SUBJECT)',
  '(SUBJECT) UTF-8',
  '(REVERSE) UTF-8 ALL',
  '(REVERSE REVERSE DATE) UTF-8 ALL',
  '(COLOUR) UTF-8 ALL',
  'SUBJECT UTF-8 ALL',
  '(SUBJECT) KOI8-R ALL',
  '(SUBJECT) UTF-8 CHARSET UTF-8 ALL',
])('%s is refused', (text) => expect(() => read(text)).toThrow(Refusal))
