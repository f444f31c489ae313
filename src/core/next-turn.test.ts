import { setImmediate as loopTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { yieldToEventLoop } from './concurrency.ts'

it('runs one step in each turn of the event loop, in order', async () => {
  const steps: string[] = []
  const work = async (name: string) => {
    for (let step = 1; step <= 3; step += 1) {
      await yieldToEventLoop()
      steps.push(`${name}${step}`)
    }
  }
  const all = Promise.all(['a', 'b', 'c'].map(work))
  const seen: number[] = []
  for (let turn = 0; turn < 9; turn += 1) {
    await loopTurn()
    seen.push(steps.length)
  }
  await all
  expect(steps).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3', 'b3', 'c3'])
  // Never more than one step further than the turn before.
  for (const [turn, count] of seen.entries()) expect(count - (seen[turn - 1] ?? 0)).toBeLessThanOrEqual(1)
})

it('stops when no task waits', async () => {
  await yieldToEventLoop()
  await Promise.all([yieldToEventLoop(), yieldToEventLoop()])
  await yieldToEventLoop()
})
