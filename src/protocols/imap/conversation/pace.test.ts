import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { TestWorld } from '../../../../test/support/world.ts'
import { MINUTE } from '../../../core/time.ts'
import { Pace } from './serve.ts'

test('a burst of one minute’s commands is allowed, then the rate applies', () => {
  const world = new TestWorld()
  const pace = new Pace(world, 60)
  for (let n = 0; n < 60; n++) expect(pace.count()).toBe(0)
  expect(pace.count()).toBe(1000)
  world.advance(1000)
  expect(pace.count()).toBe(1000)
  world.advance(61_000)
  for (let n = 0; n < 60; n++) expect(pace.count()).toBe(0)
  expect(pace.count()).toBe(1000)
})

test('no schedule gives more than two minutes’ worth of commands in one minute', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { minLength: 100, maxLength: 400 }), (pauses) => {
      const world = new TestWorld()
      const pace = new Pace(world, 30)
      const given: number[] = []
      for (const pause of pauses) {
        world.advance(pause)
        given.push(world.now())
        world.advance(pace.count())
      }
      for (const at of given) expect(given.filter((it) => it >= at && it < at + MINUTE).length).toBeLessThanOrEqual(61)
    }),
    { numRuns: 30 },
  )
})
