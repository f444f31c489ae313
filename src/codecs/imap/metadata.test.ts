import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { readEntries, readEntryValues, readMetadataOptions, within, writeEntryValue } from './metadata.ts'
import { ImapReader } from './reader.ts'

const reader = (text: string, ...literals: string[]) =>
  new ImapReader(
    text.split('\r\n').map((line) => Buffer.from(line, 'latin1')),
    literals.map((literal) => Buffer.from(literal, 'latin1')),
  )
const whole = <T>(text: string, read: (reader: ImapReader) => T): T => {
  const it = reader(text)
  const value = read(it)
  it.end()
  return value
}

test.each([
  ['(MAXSIZE 1024) ', { depth: 0, maxSize: 1024 }],
  ['(DEPTH 1) ', { depth: 1, maxSize: undefined }],
  ['(depth infinity maxsize 0) ', { depth: 'infinity', maxSize: 0 }],
  ['', undefined],
])('options %j', (text, options) => expect(whole(text, readMetadataOptions)).toEqual(options))

test.each([
  ['/shared/comment', ['/shared/comment']],
  ['"/private/Filters/x"', ['/private/filters/x']],
  ['(/shared/comment /private/vendor/x/y)', ['/shared/comment', '/private/vendor/x/y']],
])('entries %s', (text, entries) => expect(whole(text, readEntries)).toEqual(entries))

test.each([
  '/shared',
  '/shared/',
  '/shared/a/',
  '/shared//a',
  '/other/a',
  'shared/a',
  '"/shared/a*"',
  '"/shared/%"',
  '"/shared/a b"',
  '"/shared/\xe9"',
  '()',
  `/shared/${'x'.repeat(300)}`,
  `/shared${'/x'.repeat(40)}`,
])('refuses entry %#', (text) => expect(() => whole(text, readEntries)).toThrow(Refusal))

test('values are strings, literals of any octets, or NIL', () => {
  const it = reader('(/shared/a "x" /shared/b NIL /shared/c {2}\r\n /shared/d ~{3}\r\n)', 'é1', 'a\0b')
  expect(readEntryValues(it)).toEqual([
    { entry: '/shared/a', value: Buffer.from('x') },
    { entry: '/shared/b', value: undefined },
    { entry: '/shared/c', value: Buffer.from('é1', 'latin1') },
    { entry: '/shared/d', value: Buffer.from('a\0b') },
  ])
})

test.each([
  [undefined, '/shared/a NIL'],
  [Buffer.from('x"y'), '/shared/a "x\\"y"'],
  [Buffer.from(''), '/shared/a ""'],
  [Buffer.from('é'), '/shared/a {2}\r\nÃ©'],
  [Buffer.from('a\0'), '/shared/a ~{2}\r\na\0'],
])('writes value %#', (value, text) => expect(writeEntryValue('/shared/a', value)).toBe(text))

test.each<[string, 0 | 1 | 'infinity', string, boolean]>([
  ['/shared/a', 0, '/shared/a', true],
  ['/shared/a', 0, '/shared/a/b', false],
  ['/shared/a', 1, '/shared/a/b', true],
  ['/shared/a', 1, '/shared/a/b/c', false],
  ['/shared/a', 'infinity', '/shared/a/b/c', true],
  ['/shared/a', 'infinity', '/shared/ab', false],
])('requested %s, depth %s: includes %s: %s', (requested, depth, entry, is) =>
  expect(within(requested, depth, entry)).toBe(is),
)
