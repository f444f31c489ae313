import { expect, test } from 'vitest'
import { type ThreadOf, writeThreads } from './sort-and-thread.ts'

const thread = (uid: number | undefined, ...children: ThreadOf<number>[]): ThreadOf<number> => ({ uid, children })
const written = (...threads: ThreadOf<number>[]) => writeThreads(threads, (uid) => uid)

test.each([
  ['', []],
  ['(2)', [thread(2)]],
  // RFC 5256 §4.
  [
    '(2)(3 6 (4 23)(44 7 96))',
    [thread(2), thread(3, thread(6, thread(4, thread(23)), thread(44, thread(7, thread(96)))))],
  ],
  ['((3)(5))', [thread(undefined, thread(3), thread(5))]],
  ['(1)((2 3)(4))', [thread(1), thread(undefined, thread(2, thread(3)), thread(4))]],
])('%s', (text, threads) => expect(written(...threads)).toBe(text))

test('writes a thread of any depth', () => {
  let deep = thread(1)
  for (let uid = 2; uid <= 100_000; uid++) deep = uid % 2 ? thread(uid, deep) : thread(uid, deep, thread(0))
  expect(written(deep)).toMatch(/^\(100000 \(/)
})
