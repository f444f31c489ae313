import { expect, test } from 'vitest'
import { TestWorld } from '../../../test/support/world.ts'
import { DelayedQueue } from './delayed-queue.ts'

function queue(work: (item: string) => Promise<void> = async () => {}) {
  const world = new TestWorld()
  const done: string[] = []
  const queued = new DelayedQueue<number, string>(world, 1000, async (item) => {
    await work(item)
    done.push(item)
  })
  return { world, done, queued }
}

test('items run in order after the delay, once per key', async () => {
  const { world, done, queued } = queue()
  queued.schedule(1, 'a')
  queued.schedule(2, 'b')
  queued.schedule(1, 'c')
  world.advance(999)
  expect(queued.size).toBe(2)
  world.advance(1)
  await queued.settled()
  expect(done).toEqual(['c', 'b'])
  queued.schedule(3, 'd')
  world.advance(1000)
  await queued.settled()
  expect(done).toEqual(['c', 'b', 'd'])
})

test('flush also runs what is scheduled while it runs, and one item at a time', async () => {
  let running = 0
  const { done, queued } = queue(async (item) => {
    expect(++running).toBe(1)
    if (item === 'a') queued.schedule(2, 'b')
    await Promise.resolve()
    running--
  })
  queued.schedule(1, 'a')
  await Promise.all([queued.flush(), queued.flush()])
  expect(done).toEqual(['a', 'b'])
})

test('clear drops what waits; settled waits for the running item', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { world, done, queued } = queue(() => promise)
  queued.schedule(1, 'a')
  queued.schedule(2, 'b')
  world.advance(1000)
  queued.clear()
  resolve()
  await queued.settled()
  expect(done).toEqual(['a'])
})
