import { expect, it } from 'vitest'
import { type FieldChange, rewriteHeader } from './rewrite-header.ts'

const rewritten = (text: string, ...changes: readonly FieldChange[]) =>
  String(rewriteHeader(Buffer.from(text), changes))

it('replaces a field where it stands, and removes its repetitions', () => {
  expect(
    rewritten('A: 1\r\ndate: old\r\n folded\r\nB: 2\r\nDate: older\r\n\r\nDate: in the body\r\n', ['Date', 'new']),
  ).toBe('A: 1\r\nDate: new\r\nB: 2\r\n\r\nDate: in the body\r\n')
})

it('adds a missing field at the end of the header, and removes one without a value', () => {
  expect(rewritten('A: 1\r\nB: 2\r\n\r\nx', ['C', '3'], ['A', undefined], ['D', undefined])).toBe(
    'B: 2\r\nC: 3\r\n\r\nx',
  )
})

it.each([
  ['A: 1', 'A: 1\r\nC: 3\r\n'],
  ['A: 1\n\nx', 'A: 1\nC: 3\r\n\nx'],
  ['\r\nbody', 'C: 3\r\n\r\nbody'],
  ['no header\r\n', 'C: 3\r\n\r\nno header\r\n'],
  ['', 'C: 3\r\n'],
])('adds a field to %j', (text, expected) => {
  expect(rewritten(text, ['C', '3'])).toBe(expected)
})

it('changes nothing without changes, and refuses a value with a line break', () => {
  expect(rewritten('A: 1\r\nno field\r\n\r\nx')).toBe('A: 1\r\nno field\r\n\r\nx')
  expect(() => rewritten('A: 1\r\n\r\n', ['A', 'x\r\nB: y'])).toThrow('would end its field')
})
