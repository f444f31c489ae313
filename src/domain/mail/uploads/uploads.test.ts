import { expect, test } from 'vitest'
import { anotherNode, appendMessages, folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { DAY, HOUR } from '../../../core/time.ts'
import type { Uid } from '../../../core/ids.ts'
import { sql } from '../../../storage/engine.ts'
import type { NewUpload } from '../upload-types.ts'

async function opened() {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, inbox, 1)
  const [item] = await mailbox.items.byUids(inbox, [1 as Uid])
  const upload: NewUpload = {
    key: item!.key,
    digest: 'd',
    authority: '{}',
    app: 'app',
    name: 'a.bin',
    contentType: 'application/octet-stream',
    isInline: false,
    contentId: undefined,
    octets: 6,
    encoded: 8,
  }
  return { stage, world, mailbox, upload }
}

const rowsOf = async ({ engine }: Awaited<ReturnType<typeof opened>>['stage']) =>
  (await engine.sql.all(sql`select id as name from mail_upload union all select upload as name from mail_upload_piece`))
    .length

test('an upload goes on at another node, with the octets that arrived at the first', async () => {
  const { stage, world, mailbox, upload } = await opened()
  const { id } = await mailbox.uploads.create(upload)
  await mailbox.uploads.append(id, 0, Buffer.from('abc'))
  const other = await anotherNode(stage.engine, { world }).open(mailbox.id, new AbortController().signal)
  expect(await other.uploads.find(id)).toMatchObject({ received: 3, octets: 6 })
  await other.uploads.append(id, 3, Buffer.from('def'))
  expect(Buffer.concat(await Array.fromAsync(mailbox.uploads.read(id))).toString()).toBe('abcdef')
})

test('of two pieces for the same place one is stored', async () => {
  const { mailbox, upload } = await opened()
  const { id } = await mailbox.uploads.create(upload)
  const outcomes = await Promise.allSettled([
    mailbox.uploads.append(id, 0, Buffer.from('abc')),
    mailbox.uploads.append(id, 0, Buffer.from('ab')),
  ])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect((await mailbox.uploads.find(id))!.received).toBe(outcomes[0].status === 'fulfilled' ? 3 : 2)
})

test('a node that was suspended for an hour after it stored a piece refuses the row that names it', async () => {
  const { stage, world, mailbox, upload } = await opened()
  const { id } = await mailbox.uploads.create(upload)
  const { blobs } = stage.engine
  const append = blobs.append.bind(blobs)
  let suspended = HOUR
  blobs.append = async (...args) => {
    const ref = await append(...args)
    world.advance(suspended)
    return ref
  }
  await expect(mailbox.uploads.append(id, 0, Buffer.from('abc'))).rejects.toMatchObject({ reason: 'busy' })
  expect(await mailbox.uploads.find(id)).toMatchObject({ received: 0 })
  suspended = 0
  expect(await mailbox.uploads.append(id, 0, Buffer.from('abc'))).toMatchObject({ received: 3 })
})

test('sessions that expired, are finished or lose their mailbox leave nothing', async () => {
  const { stage, world, mailbox, upload } = await opened()
  const { uploads } = mailbox
  const finished = await uploads.create(upload)
  await uploads.append(finished.id, 0, Buffer.from('abcdef'))
  await uploads.finish(finished.id, 'attachment')
  expect(await rowsOf(stage)).toBe(1)
  expect(await uploads.find(finished.id)).toMatchObject({ attachment: 'attachment' })
  const expired = await uploads.create(upload)
  await uploads.append(expired.id, 0, Buffer.from('abc'))
  world.advance(DAY)
  expect(await uploads.find(expired.id)).toBeUndefined()
  await expect(uploads.append(expired.id, 3, Buffer.from('d'))).rejects.toMatchObject({
    detail: { code: 'uploadSessionNotFound' },
  })
  for (let passed = 0; passed < HOUR; passed += 60_000) {
    world.advance(60_000)
    await stage.store.settled()
  }
  expect(await rowsOf(stage)).toBe(0)
  await uploads.append((await uploads.create(upload)).id, 0, Buffer.from('abc'))
  await stage.store.erase(mailbox.id)
  expect(await rowsOf(stage)).toBe(0)
})

test('a session of another mailbox is not found', async () => {
  const { stage, mailbox, upload } = await opened()
  const { id } = await mailbox.uploads.create(upload)
  const other = await stage.mailbox(2)
  expect(await other.uploads.find(id)).toBeUndefined()
  await expect(other.uploads.cancel(id)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await expect(other.uploads.create(upload)).rejects.toMatchObject({ reason: 'no-such-thing' })
})
