import { expect, test } from 'vitest'
import { MailboxRecord, type Present } from './record.ts'

const held = (...messages: readonly (readonly [letter: number, uid: number, flags?: string])[]) =>
  new Map<string, readonly Present[]>([
    ['INBOX', messages.map(([letter, uid, flags = '']) => ({ letter, uid, flags }))],
    ['Archive', []],
  ])

/** Messages 1 and 2 were acknowledged; 3 was not answered. */
function record(): MailboxRecord {
  const record = new MailboxRecord()
  record.attempt([1, 2, 3])
  record.accept(1, 'INBOX', 10)
  record.accept(2, 'INBOX')
  return record
}

test('a message that was not answered may be there or not', () => {
  expect(record().check('m', held([1, 10], [2, 11]))).toEqual({ found: 0, absent: 1 })
  expect(record().check('m', held([1, 10], [2, 11], [3, 12]))).toEqual({ found: 1, absent: 0 })
})

test('a lost message, a doubled one, one never sent and one under another UID are noticed', () => {
  expect(() => record().check('m', held([1, 10]))).toThrow('message 2 was acknowledged and is lost')
  expect(() => record().check('m', held([1, 10], [2, 11], [2, 12]))).toThrow('has message 2 twice')
  expect(() => record().check('m', held([1, 10], [2, 11], [4, 12]))).toThrow('message 4 was never sent')
  expect(() => record().check('m', held([1, 11], [2, 12]))).toThrow('was in INBOX as 10')
})

test('a UID that names another message than before is noticed', () => {
  const before = record()
  before.check('m', held([1, 10], [2, 11], [3, 12]))
  expect(() => before.check('m', held([1, 10], [2, 12], [3, 11]))).toThrow('INBOX 12 was message 3 and is message 2')
})

test('a message that comes late, after it was found to be absent, is noticed', () => {
  const before = record()
  before.check('m', held([1, 10], [2, 11]))
  expect(() => before.check('m', held([1, 10], [2, 11], [3, 12]))).toThrow('message 3 was never sent')
})

test('a flag that was removed stays away, and one whose removal was not answered may be there', () => {
  const before = record()
  before.flagged([1, 2])
  before.attemptFlag([1, 2])
  before.flagged([2], false)
  expect(() => before.check('m', held([1, 10], [2, 11, '\\Flagged']))).toThrow(/message 2 .* has its flag again/)
  expect(before.check('m', held([1, 10, '\\Flagged'], [2, 11]))).toEqual({ found: 0, absent: 1 })
})

test('a message that a change of its flag ignored keeps its state', () => {
  const before = record()
  before.flagged([1])
  before.attemptFlag([1, 2])
  before.leftFlag([1, 2])
  expect(() => before.check('m', held([1, 10], [2, 11]))).toThrow(/message 1 .* has lost its flag/)
  expect(before.check('m', held([1, 10, '\\Flagged'], [2, 11]))).toEqual({ found: 0, absent: 1 })
})

test('a removal that was acknowledged stays, and a lost flag is noticed', () => {
  const before = record()
  before.flagged([2])
  expect(() => before.check('m', held([1, 10], [2, 11]))).toThrow(/message 2 .* has lost its flag/)
  before.attemptRemoval([1])
  before.removed([1])
  expect(before.check('m', held([2, 11, '\\Flagged']))).toEqual({ found: 0, absent: 1 })
  expect(() => before.check('m', held([1, 10], [2, 11, '\\Flagged']))).toThrow('message 1 was removed and is back')
})
