import { describe, expect, test } from 'vitest'
import { type MakeDirectory, opened } from './directory.ts'

/** Jobs that one node runs at a time. */
export function leasesContract(name: string, makePlace: MakeDirectory): void {
  describe(`${name}: leases`, () => {
    test('a job runs until the store closes, which waits for it', async () => {
      const engine = await opened(makePlace())
      const events: string[] = []
      const { promise: started, resolve: start } = Promise.withResolvers<void>()
      engine.leases.run('job', async (signal) => {
        events.push('started')
        start()
        await untilClose(signal)
        await Promise.resolve()
        events.push('ended')
      })
      await started
      await engine.close()
      expect(events).toEqual(['started', 'ended'])
    })

    test('jobs with different names run at the same time', async () => {
      const engine = await opened(makePlace())
      const first = Promise.withResolvers<void>()
      const second = Promise.withResolvers<void>()
      engine.leases.run('first', async (signal) => {
        first.resolve()
        await second.promise
        await untilClose(signal)
      })
      engine.leases.run('second', async (signal) => {
        second.resolve()
        await first.promise
        await untilClose(signal)
      })
      await Promise.all([first.promise, second.promise])
    })
  })
}

const untilClose = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
