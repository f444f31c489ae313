import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { gatherGroup } from './gather-group.ts'

/** Grows by one in each of the first rounds of the event loop. */
function growing(rounds: number) {
  const queue = { length: 1 }
  const grow = async () => {
    for (let round = 0; round < rounds; round++) {
      await nextTurn()
      queue.length++
    }
  }
  return { queue, grown: grow() }
}

test('who is alone waits for one round', async () => {
  let rounds = 0
  const count = async () => {
    for (; rounds < 10; rounds++) await nextTurn()
  }
  const counting = count()
  await gatherGroup(() => 1)
  expect(rounds).toBeLessThanOrEqual(2)
  await counting
})

test.each([
  [2, 3],
  [50, 5],
])('while each of %i rounds brings more, it is waited for, for a while', async (rounds, least) => {
  const { queue, grown } = growing(rounds)
  await gatherGroup(() => queue.length)
  expect(queue.length).toBeGreaterThanOrEqual(least - 1)
  expect(queue.length).toBeLessThan(10)
  await grown
})
