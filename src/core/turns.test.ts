import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('a pause is due after so many steps', async () => {
  const turns = new Turns(10)
  turns.count(9)
  expect(turns.due).toBe(false)
  turns.count(1)
  expect(turns.due).toBe(true)
  await turns.pause()
  expect(turns.due).toBe(false)
})

test('a pause rejects when the work has been called off', async () => {
  const calledOff = new AbortController()
  const turns = new Turns(1, calledOff.signal)
  await turns.pause()
  calledOff.abort(new Error('The client left'))
  await expect(turns.pause()).rejects.toThrow('The client left')
})
