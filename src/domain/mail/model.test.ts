import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findingsOf, indexContents, openMailStore, simpleMessage } from '../../../test/support/mail-store.ts'
import { MailModel, type Op } from '../../../test/support/mail-model.ts'
import type { MailboxId, ModSeq, Uid } from '../../core/ids.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Sql } from '../../storage/engine.ts'
import { MemoryIndex } from './index/folder-index.ts'
import { linesSince } from './journal/journal.ts'
import { DELETED, type Folder, type Mailbox, SEEN } from './types.ts'

const someFlags = fc.record({
  system: fc.integer({ min: 0, max: 31 }),
  keywords: fc.subarray(['a', 'b', '$Junk']),
})
const folder = fc.nat(20)
const picks = fc.array(fc.nat(12), { maxLength: 6 })
const path = fc.constantFrom('p', 'p/q', 'p/q/r', 's', 'Inbox/t', 's/u')
const ops: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('append'), folder, given: fc.array(someFlags, { maxLength: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('store'),
      folder,
      picks,
      change: fc.record({ mode: fc.constantFrom('add', 'remove', 'replace'), flags: someFlags }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('copy', 'move'), folder, picks, to: folder }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('expunge'), folder, picks: fc.option(picks, { nil: undefined }) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('remove'), folder, picks }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('create'), path }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('delete'), folder }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('rename'), folder, path }) },
)

/** Returns the state that the store must have, according to the model. */
const expected = (model: MailModel) =>
  [...model.folders]
    .map(([path, { uidNext, messages }]) => ({
      path,
      uidNext,
      count: messages.length,
      unseen: messages.filter(({ system }) => !(system & SEEN)).length,
      deleted: messages.filter(({ system }) => system & DELETED).length,
      octets: messages.reduce((sum, { subject }) => sum + simpleMessage(subject).length, 0),
      messages: messages.map(({ uid, subject, system, keywords }) => ({ uid, subject, flags: { system, keywords } })),
    }))
    .sort(byPath)

const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1)

/** The same, as counters, indexes and bytes have it. */
async function found(mailbox: Mailbox) {
  const folders = await mailbox.folders()
  const told = await Promise.all(
    folders.map(async ({ id, path, uidNext, count, unseen, deleted, octets }) => {
      const opened = await mailbox.open(id)
      const states = indexContents(opened.index)
      opened.close()
      const messages = await mailbox.messages(
        id,
        states.map(({ uid }) => uid),
      )
      const bytes = await Promise.all(messages.map(({ blob }) => mailbox.content(blob)))
      return {
        path,
        uidNext,
        count,
        unseen,
        deleted,
        octets,
        messages: states.map(({ uid, flags }, at) => ({ uid, flags, subject: subjectOf(bytes[at]!) })),
      }
    }),
  )
  return told.sort(byPath)
}

const subjectOf = (bytes: Buffer): string => /Subject: (.*)\r\n/.exec(bytes.toString())![1]!

/** The folder as somebody has it who read the journal from its beginning and nothing else. */
async function replayed(rows: Sql, mailbox: MailboxId, { id, uidValidity }: Folder) {
  const none = { uidNext: 1 as Uid, highestModSeq: 0 as ModSeq, firstRecent: 1 as Uid, mark: 0 as ModSeq }
  const hooks = { claimed: () => {}, claimedUpTo: () => undefined, changed: () => {}, failed: () => {} }
  const index = new MemoryIndex({ mailbox, folder: id, uidValidity, ...none }, hooks)
  for (const line of (await linesSince(rows, mailbox, 0 as ModSeq))!.lines) index.take(line)
  return indexContents(index)
}

test('after random operations, counters, indexes, rows, journal and disk agree with a simple model', async () => {
  const stage = await openMailStore()
  const told = new Map<number, Awaited<ReturnType<typeof found>>>()
  let boxes = 0
  await fc.assert(
    fc.asyncProperty(fc.array(ops, { minLength: 1, maxLength: 60, size: 'max' }), async (sequence) => {
      const id = ++boxes
      const mailbox = await stage.mailbox(id)
      let folders = await mailbox.folders()
      const model = new MailModel(folders.map(({ path }) => path))
      const open = await Promise.all(folders.slice(0, 3).map((folder) => mailbox.open(folder.id)))
      for (const op of sequence) {
        const byName = new Map(folders.map((folder) => [folder.path, folder.id]))
        const { call, refused } = model.apply(op, (path) => byName.get(path)!)
        if (refused) await expect(call(mailbox)).rejects.toBeInstanceOf(Refusal)
        else await call(mailbox)
        folders = await mailbox.folders()
      }
      const end = await found(mailbox)
      expect(end).toEqual(expected(model))
      for (const folder of folders) {
        const opened = await mailbox.open(folder.id)
        expect(await replayed(stage.engine.sql, mailbox.id, folder)).toEqual(indexContents(opened.index))
        opened.close()
      }
      for (const opened of open) opened.close()
      told.set(id, end)
    }),
    { numRuns: 80 },
  )
  await stage.close()
  const again = await openMailStore({ dir: stage.dir })
  for (const [id, end] of told) expect(await found(await again.mailbox(id))).toEqual(end)
  await again.store.settled()
  expect(await findingsOf(again.engine)).toEqual([])
})
