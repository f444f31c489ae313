import { setImmediate as next } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { TestWorld } from '../../../../test/support/world.ts'
import { UpdateQueue } from './folder-updates.ts'

test('clients run in order, and other work runs between them', async () => {
  const world = new TestWorld()
  const queue = new UpdateQueue(world)
  const had: number[] = []
  for (let n = 0; n < 20; n++) {
    const turn = (): void => {
      had.push(n)
      world.advance(1)
    }
    queue.add({ run: turn })
  }
  expect(had).toEqual([])
  await Promise.resolve()
  expect(had).toEqual([0, 1, 2, 3, 4])
  await next()
  expect(had.length).toBeLessThan(20)
  while (had.length < 20) await next()
  expect(had).toEqual(Array.from({ length: 20 }, (_, n) => n))
})

test('a client that is added again while it runs comes after the others', async () => {
  const queue = new UpdateQueue(new TestWorld())
  const had: string[] = []
  const again = { run: (): void => void had.push('again') }
  queue.add({
    run() {
      had.push('first')
      queue.add(again)
    },
  })
  queue.add({ run: () => void had.push('second') })
  await Promise.resolve()
  expect(had).toEqual(['first', 'second', 'again'])
})
