import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  flags,
  folderIdOf,
  simpleMessage,
  type MailStoreOptions,
  openMailStore,
} from '../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { HOUR } from '../../../core/time.ts'
import type { MailboxId } from '../../../core/ids.ts'
import { HEADER } from '../../../storage/files/record.ts'

const MIB = 1024 * 1024

const sized = (octets: number) => ({ bytes: Buffer.alloc(octets, simpleMessage('x')), flags: flags() })

/** Octets of the disk that bytes take, with what is laid out ahead of them. */
const diskUse = (dir: string): number =>
  readdirSync(path.join(dir, 'segments')).reduce(
    (sum, name) => sum + statSync(path.join(dir, 'segments', name)).size,
    0,
  )

async function inbox(options: MailStoreOptions = {}) {
  const stage = await openMailStore(options)
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  return { stage, mailbox, folder }
}

test('ten refused appends of 10 MB leave the disk as it was', async () => {
  const { stage, mailbox, folder } = await inbox({ limits: { mailboxOctets: 5 * MIB } })
  await mailbox.append(folder, [sized(1000)])
  const before = diskUse(stage.dir)
  for (let n = 0; n < 10; n++) {
    await expect(mailbox.append(folder, [sized(10 * MIB)])).rejects.toMatchObject({ reason: 'over-quota' })
  }
  expect(diskUse(stage.dir)).toBe(before)
})

test('appends and deliveries that race for the last of a quota never exceed it, and leave no litter', async () => {
  const one = sized(10_000)
  const { stage, mailbox, folder } = await inbox({ limits: { mailboxOctets: 100_000, mailboxMessages: 8 } })
  const deliver = () =>
    stage.store.deliver([{ mailbox: mailbox.id, to: 'inbox', message: one }], new AbortController().signal)
  const all = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) => (n % 2 ? deliver() : mailbox.append(folder, [one]))),
  )
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(8)
  expect((await mailbox.quota()).used).toEqual({ octets: 80_000, messages: 8 })
  await stage.close()
  expect(diskUse(stage.dir)).toBe(8 * (10_000 + HEADER))
})

test('room that a failed append had reserved is free again', async () => {
  const { mailbox, folder } = await inbox({ limits: { mailboxMessages: 1 } })
  const bad = { ...sized(100), flags: flags(0, 'two words') }
  await expect(mailbox.append(folder, [bad])).rejects.toMatchObject({ reason: 'bad-syntax' })
  await mailbox.append(folder, [sized(100)])
})

test('a message that is replaced makes room before the other is stored, and a larger one is refused', async () => {
  const { stage, mailbox, folder } = await inbox({ limits: { mailboxOctets: 10_000 } })
  const { uids } = await mailbox.append(folder, [sized(9000)])
  const before = diskUse(stage.dir)
  const replaced = { folder, uid: uids[0]! }
  await expect(mailbox.append(folder, [sized(2 * MIB)], replaced)).rejects.toMatchObject({ reason: 'over-quota' })
  expect(diskUse(stage.dir)).toBe(before)
  await mailbox.append(folder, [sized(10_000)], replaced)
})

test('what is refused once it was stored is given back, and bounded by the hour', async () => {
  const world = new TestWorld()
  const limits = { keywordsPerFolder: 2, refusedOctets: 5 * MIB }
  const { stage, mailbox, folder } = await inbox({ world, limits })
  await mailbox.append(folder, [{ ...sized(100), flags: flags(0, 'a', 'b') }])
  const before = diskUse(stage.dir)
  const refused = (name: string) => mailbox.append(folder, [{ ...sized(2 * MIB), flags: flags(0, name) }])
  for (const name of ['c', 'd', 'e']) await expect(refused(name)).rejects.toThrow('too many keywords')
  expect(diskUse(stage.dir)).toBe(before)
  await expect(refused('f')).rejects.toThrow('try again in an hour')
  await expect(mailbox.append(folder, [sized(100)])).rejects.toMatchObject({ reason: 'over-quota' })
  const other = await stage.mailbox(2)
  await other.append(await folderIdOf(other, 'INBOX'), [sized(100)])
  world.advance(HOUR)
  await mailbox.append(folder, [sized(100)])
})

test('a delivery that one mailbox refuses takes nothing of the quota of the others', async () => {
  const { stage } = await inbox({ limits: { mailboxMessages: 1 } })
  const deliver = (...ids: number[]) =>
    stage.store.deliver(
      ids.map((id) => ({ mailbox: id as MailboxId, to: 'inbox' as const, message: sized(100) })),
      new AbortController().signal,
    )
  await deliver(2)
  await expect(deliver(1, 2)).rejects.toMatchObject({ reason: 'over-quota' })
  await deliver(1)
})
