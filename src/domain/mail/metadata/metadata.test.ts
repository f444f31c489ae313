import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  changeRows,
  indexContents,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  type OpenMailStore,
  openMailStore,
} from '../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { writeDateTime } from '../../../codecs/imap/date-time.ts'
import { decodeStructure } from '../../../codecs/mime/structure.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import { ask, sql } from '../../../storage/engine.ts'
import type { Mailbox, MetadataPart } from '../types.ts'
import { packMetadata } from './packed-metadata.ts'

const everyPart: readonly MetadataPart[] = [
  'internalDate',
  'envelope',
  'body',
  'bodyStructure',
  'structure',
  'blob',
  'emailId',
  'threadId',
  'preview',
]

/** Everything that chunks tell, message by message. */
async function told(mailbox: Mailbox, folder: FolderId, uids: readonly Uid[], parts: readonly MetadataPart[]) {
  const found = []
  for await (const chunk of mailbox.metadata(folder, uids, parts)) {
    for (const uid of chunk.uids) {
      const texts = parts.map((part) => {
        const { bytes, start, end } = { bytes: chunk.slices(part).bytes, ...ends(chunk.slices(part), uid) }
        expect(chunk.text(part, uid)).toBe(bytes.toString(part === 'structure' ? 'utf8' : 'latin1', start, end))
        return chunk.text(part, uid)
      })
      found.push({
        uid,
        octets: chunk.octets(uid),
        lineOctets: chunk.lineOctets(uid),
        headerOctets: chunk.headerOctets(uid),
        received: chunk.received(uid),
        savedAt: chunk.savedAt(uid),
        texts,
      })
    }
  }
  return found
}

const ends = (slices: { start(uid: Uid): number; end(uid: Uid): number }, uid: Uid) => ({
  start: slices.start(uid),
  end: slices.end(uid),
})

/** The same by way of the rows. */
async function expected(mailbox: Mailbox, folder: FolderId, uids: readonly Uid[], parts: readonly MetadataPart[]) {
  const messages = await mailbox.messages(folder, uids)
  return messages.map((message) => ({
    uid: message.uid,
    octets: message.octets,
    lineOctets: message.lineOctets,
    headerOctets: decodeStructure(message.structure).bodyStart,
    received: message.received,
    savedAt: message.savedAt,
    texts: parts.map((part) => {
      if (part === 'internalDate') return writeDateTime(message.received)
      if (part === 'threadId') return `(${message.threadId})`
      if (part === 'preview') return `"${message.preview}"`
      const value = message[part]
      return typeof value === 'string' ? value : Buffer.from(value).toString('latin1')
    }),
  }))
}

const everyUid = async (mailbox: Mailbox, folder: FolderId): Promise<Uid[]> => {
  const opened = await mailbox.open(folder)
  opened.close()
  return indexContents(opened.index).map(({ uid }) => uid)
}

/** Packs whatever chunk is complete. */
async function packAll({ engine }: OpenMailStore, folder: FolderId): Promise<void> {
  const row = await engine.sql.first<{ uidnext: number }>(sql`select uidnext from mail_folder where id = ${folder}`)
  for (let chunk = 0; (chunk + 1) * 256 <= row!.uidnext; chunk++) {
    await changeRows(engine, () => packMetadata(folder, chunk))
  }
}

const parts = fc.subarray([...everyPart], { minLength: 1 })
const step = fc.oneof(
  fc.record({ does: fc.constant('fill' as const), count: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ does: fc.constant('remove' as const), picks: fc.array(fc.nat(600), { maxLength: 60 }) }),
  fc.record({ does: fc.constant('read' as const), picks: fc.array(fc.nat(600), { maxLength: 40 }), parts }),
  fc.record({ does: fc.constant('read all' as const), parts }),
  fc.record({ does: fc.constantFrom('pack' as const, 'jump' as const, 'come back' as const) }),
)

test('chunks tell what the rows tell, whatever was packed, held or removed before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.constantFrom(0, 200_000, 2 ** 25), async (steps, budget) => {
      const stage = await openMailStore({ limits: { metadataOctets: budget } })
      const mailbox = await stage.mailbox()
      const folder = await folderIdOf(mailbox, 'INBOX')
      for (const step of steps) {
        const uids = await everyUid(mailbox, folder)
        const among = (picks: readonly number[]) => picks.flatMap((pick) => uids[pick] ?? [])
        if (step.does === 'fill') await appendMessages(mailbox, folder, step.count)
        if (step.does === 'remove') await mailbox.remove(folder, among(step.picks))
        if (step.does === 'pack') await packAll(stage, folder)
        if (step.does === 'jump') {
          await changeRows(stage.engine, () =>
            ask(sql`update mail_folder set uidnext = uidnext + 300 where id = ${folder}`),
          )
        }
        if (step.does !== 'read' && step.does !== 'read all') continue
        const asked = step.does === 'read' ? [...among(step.picks), 77 as Uid, 9999 as Uid] : uids
        expect(await told(mailbox, folder, asked, step.parts)).toEqual(
          await expected(mailbox, folder, asked, step.parts),
        )
      }
      await stage.close()
    }),
    { numRuns: 25 },
  )
}, 120_000)

test('a chunk is packed behind, a moment after it was filled', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 300)
  const packed = () => stage.engine.sql.all(sql`select chunk from mail_metadata where folder = ${folder}`)
  expect(await packed()).toEqual([])
  world.advance(1000)
  await stage.store.settled()
  expect(new Set((await packed()).map(({ chunk }) => chunk))).toEqual(new Set([0]))
})

test('what is packed does not outlive its messages', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const { id } = await mailbox.createFolder('Large')
  const uids = await appendMessages(mailbox, id, 600)
  await packAll(stage, id)
  const packed = () => stage.engine.sql.all(sql`select distinct chunk from mail_metadata where folder = ${id}`)
  expect(await packed()).toEqual([{ chunk: 0 }, { chunk: 1 }])
  await mailbox.remove(id, uids.slice(0, 1))
  expect(await packed()).toEqual([{ chunk: 1 }])
  await mailbox.deleteFolder(id)
  await stage.store.settled()
  expect(await packed()).toEqual([])
})

test('a chunk that is held stays what it is', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = await appendMessages(mailbox, folder, 20)
  const chunks = mailbox.metadata(folder, uids, ['envelope'])
  const { value } = await chunks.next()
  const before = uids.map((uid) => value!.text('envelope', uid))
  await mailbox.remove(folder, uids.slice(0, 10))
  await appendMessages(mailbox, folder, 20)
  expect(uids.map((uid) => value!.text('envelope', uid))).toEqual(before)
  await chunks.return()
})

test('no metadata of a deleted folder, of another mailbox’s folder, or after access was revoked', async () => {
  const stage = await openMailStore()
  const [ada, bob] = [await stage.mailbox(1), await stage.mailbox(2)]
  const { id } = await ada.createFolder('Mine')
  const uids = await appendMessages(ada, id, 3)
  expect(await told(bob, id, uids, ['envelope'])).toEqual([])
  const revoking = new AbortController()
  const guest = await stage.mailbox(1, revoking.signal)
  expect(await told(guest, id, uids, ['envelope'])).toHaveLength(3)
  revoking.abort()
  await expect(told(guest, id, uids, ['envelope'])).rejects.toMatchObject({ reason: 'gone' })
  await ada.deleteFolder(id)
  expect(await told(ada, id, uids, ['envelope'])).toEqual([])
})

test('contents come in order, some at a time, whole and in part', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const sizes = [10, 700_000, 700_000, 2_000_000, 0, 5]
  const letters = sizes.map((size, nth) => simpleMessage(`${nth}`, 'x'.repeat(size)))
  const { uids } = await mailbox.append(
    folder,
    letters.map((bytes) => ({ bytes, flags: flags() })),
  )
  const messages = await mailbox.messages(folder, uids)
  const pieces = messages.flatMap(({ blob, octets }) => [
    { blob, start: 0, end: octets },
    { blob, start: 3, end: 9 },
  ])
  const batches: Buffer[][] = []
  for await (const batch of mailbox.contents(pieces)) batches.push([...batch])
  const wanted = letters.flatMap((bytes) => [bytes, bytes.subarray(3, 9)])
  expect(batches.flat().map((it) => it.toString('latin1'))).toEqual(wanted.map((it) => it.toString('latin1')))
  expect(batches.map(({ length }) => length)).toEqual([4, 2, 1, 5])
  expect(await Array.fromAsync(mailbox.contents([]))).toEqual([])
})
