import { expect, test } from 'vitest'
import { growthOf } from './memory.ts'

const samples = (octets: (minute: number) => number) =>
  Array.from({ length: 60 }, (_, minute) => ({
    seconds: minute * 60,
    resident: octets(minute),
    reachable: octets(minute),
  }))

test('memory that grows only during the warm-up is flat', () => {
  const percents = growthOf(samples((minute) => 100 + 10 * Math.min(minute, 14))).map(({ percent }) => percent)
  expect(percents).toEqual([0, 0])
})

test('a leak of a fifth of a percent a minute is noticed', () => {
  const percents = growthOf(samples((minute) => 1000 + 2 * minute)).map(({ percent }) => percent)
  for (const percent of percents) expect(percent).toBeGreaterThan(5)
})

test('one sample that is out of line is not a leak', () => {
  const [resident] = growthOf(samples((minute) => (minute === 59 ? 5000 : 1000)))
  expect(resident!.percent).toBe(0)
})
