import { expect, test } from 'vitest'
import { OctetBudget } from './octet-budget.ts'

const here = (): AbortSignal => new AbortController().signal

/** Resolves to whether the promise has, once everything that could happen has happened. */
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false
  void promise.then(() => {
    done = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

test('who finds no room waits, in order', async () => {
  const budget = new OctetBudget(100)
  const first = await budget.take(60, here())
  const second = budget.take(60, here())
  const third = budget.take(10, here())
  expect(await settled(second)).toBe(false)
  expect(await settled(third)).toBe(false)
  expect(budget.tryTake(1)).toBeUndefined()
  first()
  const giveBack = await second
  await third
  giveBack()
  expect(budget.tryTake(90)).toBeDefined()
})

test('who goes away leaves its place, and takes nothing', async () => {
  const budget = new OctetBudget(100)
  const first = await budget.take(60, here())
  const gone = new AbortController()
  const second = budget.take(60, gone.signal)
  const third = budget.take(30, here())
  gone.abort()
  const nothing = await second
  await third
  nothing()
  expect(budget.tryTake(11)).toBeUndefined()
  first()
  expect(budget.tryTake(70)).toBeDefined()
  expect(await settled(budget.take(1, gone.signal))).toBe(true)
})

test('what is given back twice counts once', async () => {
  const budget = new OctetBudget(100)
  const giveBack = await budget.take(100, here())
  giveBack()
  giveBack()
  expect(budget.tryTake(100)).toBeDefined()
  expect(budget.tryTake(1)).toBeUndefined()
})

test('what is larger than all there is takes all there is', async () => {
  const budget = new OctetBudget(100)
  const giveBack = await budget.take(1000, here())
  expect(budget.tryTake(1)).toBeUndefined()
  giveBack()
  expect(budget.tryTake(100)).toBeDefined()
})
