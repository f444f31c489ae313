import { expect, it } from 'vitest'
import { readThreadIndex, replyThreadIndex, rootThreadIndex } from './thread-index.ts'

const at = Date.UTC(2026, 0, 2, 3, 4, 5)

it('begins with the time of the first message and the conversation', () => {
  const root = rootThreadIndex(at, 'thread 1')
  expect(root).toHaveLength(22)
  expect(root[0]).toBe(1)
  expect(rootThreadIndex(at, 'thread 1')).toEqual(root)
  expect(rootThreadIndex(at, 'thread 2').subarray(6)).not.toEqual(root.subarray(6))
  const time = Buffer.concat([root.subarray(0, 6), Buffer.alloc(2)]).readBigUInt64BE() / 10_000n - 11_644_473_600_000n
  expect(Math.abs(Number(time) - at)).toBeLessThan(10)
})

it('grows by 5 octets with each reply, which tell the time since the first message', () => {
  const root = rootThreadIndex(at, 'x')
  const soon = replyThreadIndex(root, at + 60_000, 0xab)
  expect(soon).toHaveLength(27)
  expect(soon.subarray(0, 22)).toEqual(root)
  expect((soon.readUInt32BE(22) * 2 ** 18) / 10_000).toBeCloseTo(60_000, -2)
  expect(soon[26]).toBe(0xab)
  const late = replyThreadIndex(root, at + 3 * 365 * 86_400_000, 0)
  expect(late[22]! & 0x80).toBe(0x80)
  expect(replyThreadIndex(root, at - 1000, 0).readUInt32BE(22)).toBe(0)
})

it('is read from a header, and has a maximum length', () => {
  let index = rootThreadIndex(at, 'x')
  expect(readThreadIndex(index.toString('base64'))).toEqual(index)
  for (const bad of [undefined, '', 'x', 'not base64!', Buffer.alloc(23, 1).toString('base64')]) {
    expect(readThreadIndex(bad)).toBeUndefined()
  }
  for (let reply = 0; reply < 300; reply++) index = replyThreadIndex(index, at, 0)
  expect(index.length).toBeLessThan(700)
})
