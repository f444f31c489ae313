import { expect, test } from 'vitest'
import { MemoryShares } from './memory-shares.ts'

test('one caller holds at most a quarter', () => {
  const shares = new MemoryShares(6400)
  expect(shares.take('a', 1600)).toBe(true)
  expect(shares.take('a', 1)).toBe(false)
  expect(shares.take('b', 1600)).toBe(true)
  shares.add('a', -1)
  expect(shares.take('a', 1)).toBe(true)
  expect(shares.octets).toBe(3200)
})

test('a caller with a small share gets memory when others hold all of it', () => {
  const shares = new MemoryShares(6400)
  for (const name of ['a', 'b', 'c', 'd']) expect(shares.take(name, 1600)).toBe(true)
  expect(shares.take('e', 100)).toBe(true)
  expect(shares.take('e', 1)).toBe(false)
})

test('released memory is free for others', () => {
  const shares = new MemoryShares(6400)
  for (const name of ['a', 'b', 'c', 'd']) shares.take(name, 1600)
  expect(shares.take('e', 1000)).toBe(false)
  shares.add('a', -1600)
  expect(shares.take('e', 1000)).toBe(true)
})
