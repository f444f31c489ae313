import { expect, test } from 'vitest'
import { realWorld } from './world.ts'

test('bytes are as many as are asked for, never the same again, and nobody else has them', () => {
  const drawn = Array.from({ length: 2000 }, (_, nth) => realWorld.bytes(15 + (nth % 3)))
  expect(drawn.every(({ length }, nth) => length === 15 + (nth % 3))).toBe(true)
  expect(new Set(drawn.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(drawn.length)
  drawn[0]!.fill(0)
  expect(drawn[1]!.some((octet) => octet !== 0)).toBe(true)
  expect(realWorld.bytes(1000)).toHaveLength(1000)
  expect(realWorld.bytes(0)).toHaveLength(0)
})
