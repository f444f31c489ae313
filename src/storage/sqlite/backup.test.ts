import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import {
  appendMessages,
  findingsOf,
  flags,
  folderIdOf,
  type OpenMailStore,
  openMailStore,
  simpleMessage,
} from '../../../test/support/mail-store.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { HOUR, MINUTE } from '../../core/time.ts'
import { realWorld } from '../../core/world.ts'
import type { FolderId, Uid } from '../../core/ids.ts'
import { copyDurably, isCopied } from '../files/copy.ts'
import { backUp } from './backup.ts'
import { restore } from './restore.ts'

const world = realWorld

async function subjects(stage: OpenMailStore): Promise<string[]> {
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const opened = await mailbox.open(folder)
  const uids = Array.from({ length: opened.index.count }, (_, position) => opened.index.uidAt(position))
  opened.close()
  const messages = await mailbox.messages(folder, uids)
  return Promise.all(
    messages.map(
      async ({ uid, blob }) => `${uid} ${/Subject: (.*)\r\n/.exec(String(await mailbox.content(blob)))![1]}`,
    ),
  )
}

/** As if nothing had been written to these files for a minute. */
function settle(dir: string): void {
  const before = new Date(Date.now() - MINUTE)
  for (const name of readdirSync(dir)) utimesSync(join(dir, name), before, before)
}

const octets = (dir: string): number =>
  readdirSync(join(dir, 'segments')).reduce((sum, name) => sum + statSync(join(dir, 'segments', name)).size, 0)

async function restored(from: string): Promise<OpenMailStore> {
  const dir = join(temporaryDirectory(), 'restored')
  await restore({ from, to: dir })
  return openMailStore({ dir })
}

async function writeSome(stage: OpenMailStore, folder: FolderId, from: number, count: number): Promise<Uid[]> {
  const mailbox = await stage.mailbox()
  const uids: Uid[] = []
  for (let nth = from; nth < from + count; nth++) {
    uids.push(
      ...(await mailbox.append(folder, [{ bytes: simpleMessage(`${nth}`, 'x'.repeat(500)), flags: flags() }])).uids,
    )
  }
  return uids
}

test('a store is backed up while it is written to, and what was acknowledged before is in the backup', async () => {
  const stage = await openMailStore({ segment: 20_000 })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await writeSome(stage, folder, 0, 100)
  writeFileSync(join(stage.dir, 'postern.yaml'), 'a: setting')
  const to = join(temporaryDirectory(), 'backup')
  const [{ files }] = await Promise.all([backUp({ from: stage.dir, to, world }), writeSome(stage, folder, 100, 60)])
  expect(files).toBeGreaterThan(4)
  const copy = await restored(to)
  const found = await subjects(copy)
  expect(found.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, nth) => `${nth + 1} ${nth}`))
  expect(found).toEqual((await subjects(stage)).slice(0, found.length))
  expect((await findingsOf(copy.engine)).filter(({ kind }) => kind !== 'unused')).toEqual([])
  expect(existsSync(join(copy.dir, 'postern.yaml'))).toBe(true)
  expect(copy.engine.unclean).toBe(true)
})

test('what is there already is not copied again, and a compacted segment takes its place', async () => {
  const clock = new TestWorld()
  const stage = await openMailStore({ segment: 5000, world: clock })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = await writeSome(stage, folder, 0, 60)
  const to = join(temporaryDirectory(), 'backup')
  settle(join(stage.dir, 'segments'))
  const whole = await backUp({ from: stage.dir, to, world })
  const second = await backUp({ from: stage.dir, to, world })
  expect(second).toMatchObject({ files: 1 })
  await stage.engine.blobs.tidy()
  clock.advance(HOUR)
  await mailbox.remove(folder, uids.slice(0, 50))
  for (let more = true; more; more = (await stage.engine.blobs.tidy()) !== undefined);
  const before = await subjects(await restored(to))
  expect(before).toHaveLength(60)
  const third = await backUp({ from: stage.dir, to, world })
  expect(third.octets).toBeLessThan(whole.octets)
  expect(octets(to)).toBe(octets(stage.dir))
  const copy = await restored(to)
  expect(await subjects(copy)).toEqual(await subjects(stage))
  expect((await findingsOf(copy.engine)).filter(({ kind }) => kind !== 'unused')).toEqual([])
})

test('a backup that was cut off is told from a whole one, and taken up again', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  await appendMessages(mailbox, await folderIdOf(mailbox, 'INBOX'), 5)
  const to = join(temporaryDirectory(), 'backup')
  await backUp({ from: stage.dir, to, world })
  rmSync(join(to, 'backup.json'))
  writeFileSync(join(to, 'backup.begun'), '')
  await expect(restored(to)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await backUp({ from: stage.dir, to, world })
  expect(await subjects(await restored(to))).toHaveLength(5)
})

test('what is missing from a backup is seen before anything is restored', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  await appendMessages(mailbox, await folderIdOf(mailbox, 'INBOX'), 5)
  const to = join(temporaryDirectory(), 'backup')
  await backUp({ from: stage.dir, to, world })
  truncateSync(join(to, 'segments', '000001.seg'), 10)
  await expect(restored(to)).rejects.toMatchObject({ reason: 'wrong-state' })
  rmSync(join(to, 'segments', '000001.seg'))
  await expect(restored(to)).rejects.toMatchObject({ reason: 'wrong-state' })
})

const refused = (reason: string): unknown => expect.objectContaining({ reason })

test('nothing is put over something else', async () => {
  const stage = await openMailStore()
  await stage.mailbox()
  const other = temporaryDirectory()
  writeFileSync(join(other, 'letter.txt'), 'mine')
  await expect(backUp({ from: stage.dir, to: other, world })).rejects.toEqual(refused('already-exists'))
  await expect(backUp({ from: stage.dir, to: join(stage.dir, 'backup'), world })).rejects.toEqual(
    refused('not-allowed'),
  )
  await expect(backUp({ from: other, to: join(other, 'x'), world })).rejects.toEqual(refused('no-such-thing'))
  const to = join(temporaryDirectory(), 'backup')
  await backUp({ from: stage.dir, to, world })
  await expect(restore({ from: to, to: other })).rejects.toEqual(refused('already-exists'))
  await expect(restore({ from: to, to: stage.dir })).rejects.toEqual(refused('already-exists'))
  await expect(restore({ from: join(other, 'none'), to: join(other, 'y') })).rejects.toEqual(refused('no-such-thing'))
  expect(readdirSync(other)).toEqual(['letter.txt'])
})

test('a backup that cannot be told to be whole leaves the one that is there', async () => {
  const stage = await openMailStore({ segment: 20_000 })
  const folder = await folderIdOf(await stage.mailbox(), 'INBOX')
  await writeSome(stage, folder, 0, 20)
  const to = join(temporaryDirectory(), 'backup')
  await backUp({ from: stage.dir, to, world })
  await writeSome(stage, folder, 20, 100)
  mkdirSync(join(to, 'backup.json.part'))
  await expect(backUp({ from: stage.dir, to, world })).rejects.toThrow()
  expect(await subjects(await restored(to))).toHaveLength(20)
  rmdirSync(join(to, 'backup.json.part'))
  await backUp({ from: stage.dir, to, world })
  expect(await subjects(await restored(to))).toHaveLength(120)
})

test('a file that has the time of a write is not taken for the one that was copied before the write', async () => {
  const dir = temporaryDirectory()
  const [from, to] = [join(dir, 'from'), join(dir, 'to')]
  writeFileSync(from, 'one')
  const { atime, mtime } = statSync(from)
  await copyDurably(from, to, { isWritten: true })
  writeFileSync(from, 'two')
  utimesSync(from, atime, mtime)
  expect(await isCopied(from, to)).toBe(false)
  utimesSync(from, atime, new Date(mtime.getTime() - MINUTE))
  await copyDurably(from, to, { isWritten: true })
  expect(await isCopied(from, to)).toBe(true)
})
