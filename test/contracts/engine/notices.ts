import { describe, expect, test } from 'vitest'
import type { MailboxId } from '../../../src/core/ids.ts'
import { type MakeDirectory, opened } from './directory.ts'

/** Who hears of what. */
export function noticesContract(name: string, makePlace: MakeDirectory): void {
  describe(`${name}: notices`, () => {
    const topic = 1 as MailboxId
    const other = 2 as MailboxId
    test('a subscriber hears of its topic, and of no other', async () => {
      const engine = await opened(makePlace())
      const told: string[] = []
      engine.notifier.subscribe(other, () => told.push('other'))
      engine.notifier.subscribe(topic, () => told.push('topic'))
      engine.notifier.notify(topic)
      expect(told).toEqual([])
      await until(() => told.length > 0)
      expect(told).toEqual(['topic'])
    })

    test('nothing is heard after unsubscribing', async () => {
      const engine = await opened(makePlace())
      const told: string[] = []
      const stop = engine.notifier.subscribe(topic, () => told.push('gone'))
      engine.notifier.subscribe(topic, () => told.push('there'))
      engine.notifier.notify(topic)
      stop()
      await until(() => told.length > 0)
      expect(told).toEqual(['there'])
    })

    test('who knows already is left out, unless there is something else to tell', async () => {
      const engine = await opened(makePlace())
      const told: string[] = []
      const knowing = engine.notifier.subscribe(topic, () => told.push('knowing'))
      engine.notifier.subscribe(topic, () => told.push('other'))
      engine.notifier.notify(topic, knowing)
      engine.notifier.notify(topic, knowing)
      await until(() => told.length > 0)
      expect(told).toEqual(['other'])
      engine.notifier.notify(topic, knowing)
      engine.notifier.notify(topic)
      await until(() => told.length > 2)
      expect(told).toEqual(['other', 'knowing', 'other'])
    })

    test('a subscriber that fails keeps nothing from the others', async () => {
      const engine = await opened(makePlace())
      let told = 0
      engine.notifier.subscribe(topic, () => {
        throw new Error('a bug')
      })
      engine.notifier.subscribe(topic, () => told++)
      engine.notifier.notify(topic)
      await until(() => told > 0)
      expect(told).toBe(1)
    })
  })
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve))
}
