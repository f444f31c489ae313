import { expect, test } from 'vitest'
import { TestWorld } from '../../test/support/world.ts'
import { isGuid } from './ids.ts'
import { guidInOrder, realWorld } from './world.ts'

test('random bytes have the requested length, and are never repeated', () => {
  const drawn = Array.from({ length: 2000 }, (_, nth) => realWorld.bytes(15 + (nth % 3)))
  expect(drawn.every(({ length }, nth) => length === 15 + (nth % 3))).toBe(true)
  expect(new Set(drawn.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(drawn.length)
  drawn[0]!.fill(0)
  expect(drawn[1]!.some((octet) => octet !== 0)).toBe(true)
  expect(realWorld.bytes(1000)).toHaveLength(1000)
  expect(realWorld.bytes(0)).toHaveLength(0)
})

test('ordered GUIDs are in the order of creation, unique, and of version 7', () => {
  const world = new TestWorld()
  const made = Array.from({ length: 50 }, () => {
    world.advance(1)
    return guidInOrder(world)
  })
  expect(made.toSorted()).toEqual(made)
  expect(guidInOrder(world)).not.toBe(guidInOrder(world))
  expect(made.every((each) => isGuid(each) && /^.{14}7.{4}[89ab]/.test(each))).toBe(true)
})
