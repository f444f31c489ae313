import { expect, test } from 'vitest'
import { FlagSets } from './message-columns.ts'
import { SEEN } from '../types.ts'

test('equal flags have one number and one object, as long as somebody has them', () => {
  const sets = new FlagSets()
  const first = sets.hold({ system: SEEN, keywords: ['a'] })
  const kept = sets.at(first)
  expect(sets.hold({ system: SEEN, keywords: ['a'] })).toBe(first)
  sets.release(first)
  expect(sets.at(first)).toBe(kept)
  expect(sets.keywords).toEqual(['a'])
  sets.release(first)
  expect(sets.keywords).toEqual([])
})

test('whatever flags come and go, there are no more numbers than messages', () => {
  const sets = new FlagSets()
  let held = sets.hold({ system: 0, keywords: [] })
  for (let n = 0; n < 1000; n++) {
    const next = sets.hold({ system: n % 32, keywords: [`k${n}`] })
    sets.release(held)
    held = next
    expect(held).toBeLessThan(2)
    expect(sets.keywords).toEqual([`k${n}`])
  }
})
