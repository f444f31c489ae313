import { expect, test } from 'vitest'
import { ConcurrencyLimit } from './concurrency.ts'

test('so many get in under a name, and others when they have left', () => {
  const count = new ConcurrencyLimit(2)
  const [one, two] = [count.enter('a'), count.enter('a')]
  expect(count.enter('a')).toBeUndefined()
  expect(count.enter('b')).toBeDefined()
  one!()
  expect(count.enter('a')).toBeDefined()
  expect(count.enter('a')).toBeUndefined()
  two!()
  expect(count.enter('a')).toBeDefined()
})
