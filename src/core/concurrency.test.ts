import { expect, test } from 'vitest'
import { ConcurrencyLimit, PauseCounter } from './concurrency.ts'

test('a name has a maximum of entries, and room again when one leaves', () => {
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

test('a pause is due after the given number of steps', async () => {
  const turns = new PauseCounter(10)
  turns.count(9)
  expect(turns.due).toBe(false)
  turns.count(1)
  expect(turns.due).toBe(true)
  await turns.pause()
  expect(turns.due).toBe(false)
})

test('a pause rejects when the signal is aborted', async () => {
  const calledOff = new AbortController()
  const turns = new PauseCounter(1, calledOff.signal)
  await turns.pause()
  calledOff.abort(new Error('The client left'))
  await expect(turns.pause()).rejects.toThrow('The client left')
})
