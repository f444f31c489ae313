import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../../test/support/disk.ts'
import { flags, folderIdOf, simpleMessage } from '../../../../test/support/mail-store.ts'
import { createDatabase } from '../../../../test/support/postgres.ts'
import { openBucket } from '../../../../test/support/s3.ts'
import type { MailboxId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { DAY } from '../../../core/time.ts'
import { realWorld as world } from '../../../core/world.ts'
import { openPostgresEngine } from '../../../storage/postgres/engine.ts'
import { packsIn } from '../../../storage/s3/blobs-factory.ts'
import { mailMigrations } from '../schema.ts'
import { createMailStore } from '../store.ts'
import { verifyMail } from './verify.ts'

async function openPlace() {
  const [database, bucket, dir] = [await createDatabase(), await openBucket(), temporaryDirectory()]
  const closers: (() => Promise<void>)[] = []
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close()
    await bucket.close()
    await database.drop()
  })
  const open = async (name: string) => {
    const limits = { cacheOctets: 1e8, spoolOctets: 1e9, kept: DAY }
    const engine = await openPostgresEngine({
      url: database.url,
      node: { name, version: 'test' },
      migrations: mailMigrations,
      world,
      log: silentLog,
      blobs: packsIn({ objects: bucket.store(world), world, log: silentLog, cache: path.join(dir, name), ...limits }),
    })
    closers.push(() => engine.close())
    return engine
  }
  return { bucket, open }
}

test('damaged and missing objects fail their own messages, and verify names these', async () => {
  const { bucket, open } = await openPlace()
  const none = new AbortController().signal
  for (const nth of [1, 2, 3]) {
    // The end of a node stores its pack, so each message is in an object of its own.
    const engine = await open(`node ${nth}`)
    const store = createMailStore({ engine, world, log: silentLog })
    const mailbox = await store.open(1 as MailboxId, none)
    await mailbox.append(await folderIdOf(mailbox, 'INBOX'), [
      { bytes: simpleMessage(`Message ${nth}`), flags: flags(0) },
    ])
    await store.settled()
    await engine.close()
  }
  const objects = (await Array.fromAsync(bucket.store(world).list('packs/'))).flat().map(({ key }) => key)
  expect(objects).toHaveLength(3)
  await bucket.store(world).remove(objects[0]!)
  bucket.alter = (request, body) => (request.includes(objects[1]!) ? Buffer.from(body).fill(0, 50, 60) : body)

  const engine = await open('reader')
  const looked = { mailboxes: 0, folders: 0, messages: 0, octets: 0 }
  const found = await Array.fromAsync(verifyMail(engine, looked))
  const lost = { kind: 'lost', about: 'bytes', mailbox: 1 }
  expect(found).toEqual([
    {
      ...lost,
      folder: expect.anything(),
      uid: 1,
      text: expect.stringMatching(/^The bytes of [\d.]+ are not there\.$/),
    },
    { ...lost, folder: expect.anything(), uid: 2, text: expect.stringMatching(/^The bytes of [\d.]+ are damaged\.$/) },
  ])
  expect(looked.messages).toBe(3)
})
