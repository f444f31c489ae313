import { expect, test } from 'vitest'
import { ConcurrencyLimit, PauseCounter, WorkSlots } from './concurrency.ts'

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

const never = new AbortController().signal

/** The work that has started so far. */
function beginning(slots: WorkSlots) {
  const begun: string[] = []
  const releases = new Map<string, () => void>()
  const begin = async (caller: string, name: string, signal = never): Promise<void> => {
    releases.set(name, await slots.take(caller, signal))
    begun.push(name)
  }
  return { begun, begin, end: (name: string) => releases.get(name)!() }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('work beyond the limit waits for its turn, and other callers do not wait', async () => {
  const { begun, begin, end } = beginning(new WorkSlots(2))
  for (const name of ['a1', 'a2', 'a3', 'a4']) void begin('a', name)
  void begin('b', 'b1')
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b1'])
  end('a2')
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3'])
  end('a1')
  end('a3')
  await settled()
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4'])
})

test('work that is aborted while it waits leaves the queue', async () => {
  const { begun, begin, end } = beginning(new WorkSlots(1))
  const left = new AbortController()
  await begin('a', 'a1')
  const waiting = begin('a', 'a2', left.signal)
  void begin('a', 'a3')
  left.abort(new Error('The client left'))
  await expect(waiting).rejects.toThrow('The client left')
  await expect(begin('a', 'a4', left.signal)).rejects.toThrow('The client left')
  end('a1')
  await settled()
  expect(begun).toEqual(['a1', 'a3'])
})
