import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  changeRows,
  indexContents,
  appendMessages,
  flags,
  folderIdOf,
  type OpenMailStore,
  openMailStore,
} from '../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { ask, sql } from '../../../storage/engine.ts'
import { flagsOf } from '../flags/flags.ts'
import type { MemoryIndex } from './folder-index.ts'
import { loadIndex } from './index-load.ts'
import { DELETED, FLAGGED, type Mailbox, SEEN } from '../types.ts'
import { IndexPacker } from './index-packer.ts'
import { readPackedIndex } from './index-rows.ts'

const idle = { claimed: () => {}, claimedUpTo: () => undefined, changed: () => {}, failed: () => {} }
const MAILBOX = 1 as MailboxId

async function load(stage: OpenMailStore, folder: FolderId): Promise<MemoryIndex> {
  return (await loadIndex(stage.engine.sql, MAILBOX, folder, idle))!
}

async function rowsOf(stage: OpenMailStore, folder: FolderId) {
  const rows = await stage.engine.sql.all<{ uid: Uid; system: number; keywords: string; modseq: number }>(
    sql`select uid, system, keywords, modseq from mail_state where folder = ${folder} order by uid`,
  )
  return rows.map(({ uid, system, keywords, modseq }) => ({ uid, flags: flagsOf(system, keywords), modSeq: modseq }))
}

/** Packs an index at once, whatever its size. */
async function pack(stage: OpenMailStore, index: MemoryIndex): Promise<void> {
  const packer = new IndexPacker(stage.engine.sql, new TestWorld(), silentLog)
  packer.due(index)
  await packer.flush()
}

type Step = (mailbox: Mailbox, folder: FolderId, uids: readonly Uid[]) => Promise<unknown>

const picks = fc.array(fc.nat(400), { maxLength: 20 })
const among = (uids: readonly Uid[], picks: readonly number[]) => picks.flatMap((pick) => uids[pick] ?? [])
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.integer({ min: 1, max: 90 }).map(
    (count): Step =>
      (mailbox, folder) =>
        appendMessages(mailbox, folder, count),
  ),
  fc.tuple(picks, fc.constantFrom(SEEN, FLAGGED, DELETED), fc.constantFrom('$Junk', 'a', undefined)).map(
    ([picks, system, keyword]): Step =>
      (mailbox, folder, uids) =>
        mailbox.store(folder, among(uids, picks), { mode: 'add', flags: flags(system, ...(keyword ? [keyword] : [])) }),
  ),
  picks.map(
    (picks): Step =>
      (mailbox, folder, uids) =>
        mailbox.remove(folder, among(uids, picks)),
  ),
  // Elsewhere in the mailbox: the mark moves on, the folder does not.
  fc.constant<Step>(async (mailbox) => appendMessages(mailbox, await folderIdOf(mailbox, 'Archive'), 1)),
  // UIDs jump: what is packed together is a matter of UIDs, not of places.
  fc.constant<Step>(() => Promise.resolve('jump')),
)
const script = fc.array(fc.record({ step, pack: fc.constantFrom('no', 'kept', 'fresh') }), { maxLength: 14 })

test('a packed index and the journal since then equal the rows, for each packer and at any time', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const stage = await openMailStore({ limits: { journalSteps: 6 } })
      const mailbox = await stage.mailbox()
      const folder = await folderIdOf(mailbox, 'INBOX')
      const opened = await mailbox.open(folder)
      for (const { step, pack: who } of steps) {
        const uids = indexContents(opened.index).map(({ uid }) => uid)
        if ((await step(mailbox, folder, uids)) === 'jump') {
          await changeRows(stage.engine, () =>
            ask(sql`update mail_folder set uidnext = uidnext + 3000 where id = ${folder}`),
          )
        }
        if (who !== 'no') await pack(stage, who === 'kept' ? (opened.index as MemoryIndex) : await load(stage, folder))
        const loaded = await load(stage, folder)
        expect(indexContents(loaded)).toEqual(await rowsOf(stage, folder))
        expect(indexContents(opened.index)).toEqual(indexContents(loaded))
        expect(loaded).toMatchObject({
          highestModSeq: opened.index.highestModSeq,
          keywords: opened.index.keywords,
        })
        expect(loaded.firstUnseen()).toBe(indexContents(loaded).findIndex(({ flags }) => !(flags.system & SEEN)))
        expect(opened.index.firstUnseen()).toBe(loaded.firstUnseen())
      }
      opened.close()
      await stage.close()
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('a large folder is packed when it has been quiet for a while, or the store is closed', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const opened = await mailbox.open(folder)
  await appendMessages(mailbox, folder, 600)
  expect(await readPackedIndex(stage.engine.sql, folder)).toBeUndefined()
  world.advance(10_000)
  await stage.store.settled()
  const { mark, chunks } = (await readPackedIndex(stage.engine.sql, folder))!
  expect(chunks).toHaveLength(1)
  await appendMessages(mailbox, folder, 1)
  await stage.store.settled()
  expect((await readPackedIndex(stage.engine.sql, folder))!.mark).toBe(mark + 1)
  opened.close()
})

test('a folder that is gone leaves nothing packed behind', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const { id } = await mailbox.createFolder('Large')
  const opened = await mailbox.open(id)
  await appendMessages(mailbox, id, 600)
  await stage.store.settled()
  expect(await readPackedIndex(stage.engine.sql, id)).toBeDefined()
  await mailbox.deleteFolder(id)
  await pack(stage, opened.index as MemoryIndex)
  await stage.store.settled()
  expect(await readPackedIndex(stage.engine.sql, id)).toBeUndefined()
  expect(await stage.engine.sql.all(sql`select chunk from mail_index_chunk`)).toEqual([])
})
