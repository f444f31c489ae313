import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { MemoryIndex } from '../../../../test/support/memory-index.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import type { Wire } from '../../../core/wire.ts'
import { plainDialect } from '../dialect.ts'
import { FolderView } from './folder-view.ts'
import { idleUntilLine } from './idling.ts'
import { Outbox } from '../reply/outbox.ts'
import type { ImapSession } from '../conversation/session.ts'
import { UpdateQueue } from './folder-updates.ts'

const nothing = (): void => {}

/** A client that idles on a folder of three messages, and reads when the test lets it. */
function idler() {
  const world = new TestWorld()
  const index = new MemoryIndex()
  index.add(3)
  const view = new FolderView(index, { claims: false, recent: false })
  const sent: string[] = []
  let take = nothing
  const write = (parts: readonly Uint8Array[]): Promise<void> => {
    sent.push(Buffer.concat(parts).toString('latin1'))
    return new Promise((resolve) => (take = resolve))
  }
  const line = Promise.withResolvers<Buffer>()
  let hear = nothing
  const session = {
    selected: { view, readOnly: true, listedFlags: new Set(), contexts: { any: false } },
    outbox: new Outbox({ write } as unknown as Wire, () => 1000),
    updateQueue: new UpdateQueue(world),
    dialect: { ...plainDialect(false), rev2: true },
    silence: 1_800_000,
    deps: { world, settings: { keep_alive_seconds: 120 } },
    line: () => line.promise,
    listen(wake: () => void) {
      hear = wake
      return () => {}
    },
  }
  index.watch((change) => {
    view.apply(change)
    hear()
  })
  const heard = idleUntilLine(session as unknown as ImapSession)
  return { world, index, sent, take: () => take(), say: (text: string) => line.resolve(Buffer.from(text)), heard }
}

test('a slow client gets the later updates together, once it reads again', async () => {
  const { index, sent, take, say, heard } = idler()
  index.add(1)
  await turn()
  expect(sent).toEqual(['* 4 EXISTS\r\n'])
  for (let n = 0; n < 1000; n++) {
    index.flag([0], 4)
    if (n % 100 === 0) await turn()
  }
  index.expunge([1])
  expect(sent).toHaveLength(1)
  take()
  await turn()
  expect(sent.slice(1)).toEqual(['* 2 EXPUNGE\r\n* 1 FETCH (FLAGS () UID 1)\r\n'])
  take()
  say('DONE')
  expect((await heard).toString()).toBe('DONE')
})

test('the client’s line waits until pending updates are sent, and no update follows it', async () => {
  const { index, sent, take, say, heard } = idler()
  index.add(1)
  await turn()
  index.add(1)
  say('DONE')
  await turn()
  take()
  await heard
  index.add(1)
  await turn()
  expect(sent).toEqual(['* 4 EXISTS\r\n'])
})

test('keep-alive lines are sent at intervals, counted from the last update', async () => {
  const { world, index, sent, take } = idler()
  world.advance(119_000)
  index.add(1)
  await turn()
  take()
  await turn()
  world.advance(119_000)
  expect(sent).toEqual(['* 4 EXISTS\r\n'])
  world.advance(1000)
  expect(sent).toEqual(['* 4 EXISTS\r\n', '* OK Still here\r\n'])
})
