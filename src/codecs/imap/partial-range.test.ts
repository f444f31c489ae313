import { expect, test } from 'vitest'
import { partOf, readPartialRange, writePartialRange } from './esearch.ts'
import { ImapReader } from './reader.ts'

const read = (text: string) => readPartialRange(new ImapReader([Buffer.from(text)]))
const results = ['a', 'b', 'c', 'd', 'e']

test.each([
  ['1:2', 'ab'],
  ['2:1', 'ab'],
  ['4:9', 'de'],
  ['6:9', ''],
  ['3:3', 'c'],
  ['-1:-2', 'de'],
  ['-2:-1', 'de'],
  ['-4:-9', 'ab'],
  ['-5:-5', 'a'],
  ['-6:-9', ''],
])('range %s of five results', (range, part) => expect(partOf(results, read(range)).join('')).toBe(part))

test('the nearer end is written first', () => {
  expect(['5:1', '-5:-1', '1:4294967295'].map((text) => writePartialRange(read(text)))).toEqual([
    '1:5',
    '-1:-5',
    '1:4294967295',
  ])
})

test.each(['1', '0:1', '1:-1', '-1:1', '1:*', '1:4294967296', ':'])('%s is refused', (text) =>
  expect(() => read(text)).toThrow(expect.objectContaining({ reason: 'bad-syntax' })),
)
