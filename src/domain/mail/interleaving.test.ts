import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  indexContents,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  openMailStore,
} from '../../../test/support/mail-store.ts'
import { lateReads } from '../../../test/support/late-reads.ts'
import { type WatchedIndex, watchIndex } from '../../../test/support/watched-index.ts'
import type { FolderId, Uid } from '../../core/ids.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Engine } from '../../storage/engine.ts'
import type { Mailbox, OpenFolder } from './types.ts'

type Step =
  | { do: 'append' | 'flag' | 'remove' | 'move' | 'watch' | 'leave'; folder: number; pick: number }
  | { do: 'pause' }
  | { do: 'recreate' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom('append', 'append', 'flag', 'flag', 'remove', 'move', 'watch', 'leave'),
      folder: fc.nat(2),
      pick: fc.nat(30),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'pause' } as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'recreate' } as const) },
)

/** Writers and readers of one mailbox that do not wait for each other. */
class Crowd {
  readonly watching: { opened: OpenFolder; seen: WatchedIndex }[] = []
  readonly #mailbox: Mailbox
  readonly #folders: FolderId[]
  #under: Promise<unknown>[] = []

  constructor(mailbox: Mailbox, folders: readonly FolderId[]) {
    this.#mailbox = mailbox
    this.#folders = [...folders]
  }

  async act(step: Step): Promise<void> {
    if (step.do === 'pause') await this.settled()
    else if (step.do === 'recreate') this.#start(this.#recreate())
    else if (step.do === 'leave') this.#leave(step.pick)
    else this.#start(this.#write(step.do, this.#folders[step.folder]!, [step.pick + 1, step.pick + 3] as Uid[]))
  }

  async settled(): Promise<void> {
    const under = this.#under
    this.#under = []
    for (const end of await Promise.allSettled(under)) {
      // A folder may be gone by the time it is somebody's turn.
      if (end.status === 'rejected' && !(end.reason instanceof Refusal)) throw end.reason
    }
  }

  #start(work: Promise<unknown>): void {
    this.#under.push(work)
  }

  async #write(
    what: Exclude<Step['do'], 'pause' | 'recreate' | 'leave'>,
    folder: FolderId,
    uids: Uid[],
  ): Promise<void> {
    const mailbox = this.#mailbox
    if (what === 'append') await mailbox.append(folder, [{ bytes: simpleMessage('x'), flags: flags() }])
    else if (what === 'flag') await mailbox.store(folder, uids, { mode: 'add', flags: flags(1, `k${uids[0]! % 5}`) })
    else if (what === 'remove') await mailbox.remove(folder, uids)
    else if (what === 'move') await mailbox.move(folder, uids, this.#folders[0]!)
    else {
      const opened = await mailbox.open(folder)
      this.watching.push({ opened, seen: watchIndex(opened.index) })
    }
  }

  #leave(pick: number): void {
    const [left] = this.watching.splice(pick % Math.max(1, this.watching.length), 1)
    left?.seen.stop()
    left?.opened.close()
  }

  async #recreate(): Promise<void> {
    await this.#mailbox.deleteFolder(this.#folders[2]!)
    this.#folders[2] = (await this.#mailbox.createFolder('c')).id
  }
}

test.each([
  ['at once', (engine: Engine) => engine],
  ['late', lateReads],
])(
  'writers and readers at the same time: every reader hears all changes in order, once (reads answer %s)',
  async (_, through) => {
    const stage = await openMailStore({ limits: { journalSteps: 1, idleIndexOctets: 4000 }, through })
    let boxes = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 250, size: 'max' }), async (steps) => {
        const mailbox = await stage.mailbox(++boxes)
        const folders = [
          await folderIdOf(mailbox, 'INBOX'),
          (await mailbox.createFolder('b')).id,
          (await mailbox.createFolder('c')).id,
        ]
        for (const folder of folders) await appendMessages(mailbox, folder, 10)
        const crowd = new Crowd(mailbox, folders)
        for (const step of steps) await crowd.act(step)
        await crowd.settled()
        const end = new Map((await mailbox.folders()).map((folder) => [folder.id, folder]))
        for (const { opened, seen } of crowd.watching) {
          const folder = end.get(opened.index.folder)
          if (folder) {
            expect(opened.index).toMatchObject({ count: folder.count, highestModSeq: folder.highestModSeq })
            expect(seen.uids).toEqual(indexContents(opened.index).map(({ uid }) => uid))
          } else {
            expect(seen.changes.at(-1)?.kind).toBe('gone')
          }
          opened.close()
        }
      }),
      { numRuns: 60 },
    )
  },
)
