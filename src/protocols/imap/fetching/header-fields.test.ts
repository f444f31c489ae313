import { expect, test } from 'vitest'
import { pickFields } from './section.ts'

const header = Buffer.from(
  'Received: one\r\n\tby two\r\nFrom: ada\r\nreceived : three\r\nX-Empty:\r\nSubject: a: b\r\n\r\n',
)
const picked = (names: string[], others = false, from = header): string =>
  pickFields(from, names, others).toString('latin1')

test('fields keep their order, folding and repetitions', () => {
  expect(picked(['SUBJECT', 'Received'])).toBe('Received: one\r\n\tby two\r\nreceived : three\r\nSubject: a: b\r\n\r\n')
})

test('HEADER.FIELDS.NOT returns the other fields', () => {
  expect(picked(['received', 'subject'], true)).toBe('From: ada\r\nX-Empty:\r\n\r\n')
})

test('without a matching field only the empty line is returned', () => expect(picked(['Cc'])).toBe('\r\n'))

test.each([
  ['without an empty line', 'A: 1\r\nB: 2\r\n', 'B: 2\r\n\r\n'],
  ['without a line end', 'A: 1\r\nB: 2', 'B: 2\r\n'],
  ['with bare LF', 'A: 1\nB: 2\n b\n\nB: body', 'B: 2\n b\n\r\n'],
  ['that is empty', '', '\r\n'],
  ['that begins with a fold', ' x\r\nB: 2\r\n\r\n', 'B: 2\r\n\r\n'],
])('a header %s', (_, text, expected) => expect(picked(['b'], false, Buffer.from(text))).toBe(expected))
