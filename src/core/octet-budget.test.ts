import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryShares, OctetBudget, SMALL_SHARE } from './octet-budget.ts'

const here = (): AbortSignal => new AbortController().signal

/** Resolves to whether the promise has resolved, after all pending microtasks. */
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false
  void promise.then(() => {
    done = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return done
}

test('callers without room wait, in order', async () => {
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

test('a caller that disconnects leaves the queue, and takes nothing', async () => {
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

test('a share that is released twice counts once', async () => {
  const budget = new OctetBudget(100)
  const giveBack = await budget.take(100, here())
  giveBack()
  giveBack()
  expect(budget.tryTake(100)).toBeDefined()
  expect(budget.tryTake(1)).toBeUndefined()
})

test('a share larger than the budget takes the whole budget', async () => {
  const budget = new OctetBudget(100)
  const giveBack = await budget.take(1000, here())
  expect(budget.tryTake(1)).toBeUndefined()
  giveBack()
  expect(budget.tryTake(100)).toBeDefined()
})

test('one caller holds a quarter, or one share of any size', async () => {
  const budget = new OctetBudget(100)
  const first = budget.tryTake(60, 'a')
  expect(budget.tryTake(1, 'a')).toBeUndefined()
  expect(budget.tryTake(25, 'b')).toBeDefined()
  expect(budget.tryTake(1, 'b')).toBeUndefined()
  first!()
  expect(budget.tryTake(20, 'a')).toBeDefined()
  expect(budget.tryTake(6, 'a')).toBeUndefined()
})

test('a caller that waits for its own shares does not block others', async () => {
  const budget = new OctetBudget(100)
  budget.tryTake(25, 'a')
  const more = budget.take(10, here(), 'a')
  expect(await settled(more)).toBe(false)
  expect(budget.tryTake(25, 'b')).toBeDefined()
})

test('waiting callers are served by turns', async () => {
  const budget = new OctetBudget(100, { perCaller: 100 })
  const all = budget.tryTake(100)!
  const order: string[] = []
  const wait = (caller: string): Promise<void> =>
    budget.take(40, here(), caller).then((giveBack) => {
      order.push(caller)
      setImmediate(giveBack)
    })
  const waits = ['a', 'a', 'a', 'b', 'c'].map(wait)
  all()
  await Promise.all(waits)
  expect(order).toEqual(['a', 'b', 'c', 'a', 'a'])
})

test('large shares leave the reserve to small ones', () => {
  const budget = new OctetBudget(10 * SMALL_SHARE, { reserve: 2 * SMALL_SHARE })
  expect(budget.tryTake(8 * SMALL_SHARE)).toBeDefined()
  expect(budget.tryTake(SMALL_SHARE + 1)).toBeUndefined()
  expect(budget.tryTake(SMALL_SHARE)).toBeDefined()
  expect(budget.tryTake(SMALL_SHARE)).toBeDefined()
  expect(budget.tryTake(1)).toBeUndefined()
})

test('a growing share is charged for its octets, and leaves the reserve when it is large', () => {
  const budget = new OctetBudget(10 * SMALL_SHARE, { reserve: 2 * SMALL_SHARE })
  budget.tryTake(8 * SMALL_SHARE - 10)
  const share = budget.growing('a')
  expect(share.grow(SMALL_SHARE)).toBe(true)
  expect(share.grow(1)).toBe(false)
  expect(share.octets).toBe(SMALL_SHARE)
  share.giveBack()
  expect(share.octets).toBe(0)
  expect(budget.tryTake(2 * SMALL_SHARE)).toBeUndefined()
  expect(budget.tryTake(SMALL_SHARE)).toBeDefined()
})

test('a share does not grow beyond the limit of a caller, or while others wait', async () => {
  const budget = new OctetBudget(40 * SMALL_SHARE)
  const share = budget.growing('a')
  expect(share.grow(9 * SMALL_SHARE)).toBe(true)
  expect(share.grow(2 * SMALL_SHARE)).toBe(false)
  const waiting = budget.take(35 * SMALL_SHARE, here(), 'b')
  expect(await settled(waiting)).toBe(false)
  expect(share.grow(1)).toBe(false)
  share.giveBack()
  expect(await settled(waiting)).toBe(true)
})

test('any order of taking and releasing keeps the count and the limits', async () => {
  const step = fc.record({
    caller: fc.constantFrom('a', 'b', undefined),
    octets: fc.integer({ min: 1, max: 60 }),
    waits: fc.boolean(),
    gives: fc.nat(20),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const budget = new OctetBudget(100)
      const held: (() => void)[] = []
      const gone = new AbortController()
      const taken: Promise<unknown>[] = []
      for (const { caller, octets, waits, gives } of steps) {
        if (waits) taken.push(budget.take(octets, gone.signal, caller).then((giveBack) => held.push(giveBack)))
        else {
          const giveBack = budget.tryTake(octets, caller)
          if (giveBack) held.push(giveBack)
        }
        held.splice(gives, 1).forEach((giveBack) => giveBack())
        await Promise.resolve()
      }
      // Every caller is served once the others have released their shares.
      for (let round = 0; round <= steps.length; round++) {
        for (const giveBack of held.splice(0)) giveBack()
        await new Promise((resolve) => setImmediate(resolve))
      }
      await Promise.all(taken)
      expect(budget.contended).toBe(false)
      expect(budget.tryTakeAll(100)).toBeDefined()
    }),
    { numRuns: 50 },
  )
})

test('one caller holds at most a quarter', () => {
  const shares = new MemoryShares(6400)
  expect(shares.take('a', 1600)).toBe(true)
  expect(shares.take('a', 1)).toBe(false)
  expect(shares.take('b', 1600)).toBe(true)
  shares.add('a', -1)
  expect(shares.take('a', 1)).toBe(true)
  expect(shares.octets).toBe(3200)
})

test('a caller with a small share gets memory when others hold all of it', () => {
  const shares = new MemoryShares(6400)
  for (const name of ['a', 'b', 'c', 'd']) expect(shares.take(name, 1600)).toBe(true)
  expect(shares.take('e', 100)).toBe(true)
  expect(shares.take('e', 1)).toBe(false)
})

test('released memory is free for others', () => {
  const shares = new MemoryShares(6400)
  for (const name of ['a', 'b', 'c', 'd']) shares.take(name, 1600)
  expect(shares.take('e', 1000)).toBe(false)
  shares.add('a', -1600)
  expect(shares.take('e', 1000)).toBe(true)
})
