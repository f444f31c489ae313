import * as fc from 'fast-check'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { openSpill, type Spill } from './spill.ts'
import type { Upload } from './upload.ts'
import { UploadPool } from './upload-pool.ts'
import { Uploads } from './uploads.ts'

const KIB = 1024
const MIB = KIB * KIB

const LARGEST = MIB
const settings = { octets_per_second: 4 * KIB, wait_seconds: 30, spill_octets: 64 * MIB, spill_files: 64 }
const never = (): AbortSignal => new AbortController().signal

async function stage(
  how: { memory?: number; largest?: number; spill?: Partial<typeof settings> | 'none'; over?: Partial<Spill> } = {},
) {
  const world = new TestWorld()
  const directory = path.join(temporaryDirectory(), 'uploads')
  const { memory = 8 * MIB, spill = {}, over = {} } = how
  const opened =
    spill === 'none'
      ? undefined
      : await openSpill(directory, { world, settings: { ...settings, ...spill }, largest: LARGEST })
  let files = 0
  const create = (): ReturnType<Spill['create']> => (files++, opened!.create())
  const pool = new UploadPool({ world, settings, ...(opened && { spill: { ...opened, create, ...over } }) })
  const uploads = new Uploads(pool, { octets: memory, largest: how.largest ?? LARGEST })
  const begun: Upload[] = []
  const begin: Uploads['begin'] = (caller, gone) => {
    const upload = uploads.begin(caller, gone)
    begun.push(upload)
    return upload
  }
  onTestFinished(() => begun.forEach((upload) => upload.drop()))
  return { world, directory, files: () => files, uploads: { begin } }
}

const octetsOf = (size: number, seed: number): Buffer => {
  const octets = Buffer.alloc(size)
  for (let at = 0; at < size; at++) octets[at] = (at * 31 + seed * 17 + (at >> 8)) & 0xff
  return octets
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('an upload is the sum of its pieces, in memory and on disk', async () => {
  const pieces = fc.array(fc.oneof(fc.nat(40), fc.constantFrom(5000, 70_000, 400_000)), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(pieces, fc.constantFrom(64 * KIB, 256 * KIB, 8 * MIB), async (sizes, memory) => {
      const { uploads } = await stage({ memory, largest: 1 })
      const upload = uploads.begin('a', never)
      const sent = sizes.map(octetsOf)
      for (const piece of sent) await upload.add(piece)
      const total = sizes.reduce((sum, size) => sum + size, 0)
      expect(upload.octets).toBe(total)
      // A share larger than the memory takes all of it.
      expect((await upload.whole()).equals(Buffer.concat(sent))).toBe(true)
      upload.drop()
    }),
    { numRuns: 25 },
  )
})

test('temporary files have no name, and files of an earlier run are removed', async () => {
  const { directory, world, uploads } = await stage({ memory: 128 * KIB, largest: 1 })
  const left = path.join(directory, 'upload-00000000-0000-4000-8000-000000000000')
  writeFileSync(left, 'x')
  writeFileSync(path.join(directory, 'other'), 'x')
  await openSpill(directory, { world, settings, largest: LARGEST })
  expect(readdirSync(directory)).toEqual(['other'])
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  const upload = uploads.begin('a', never)
  for (let nth = 0; nth < 4; nth++) await upload.add(octetsOf(600_000, nth))
  expect(readdirSync(directory)).toEqual(['other'])
  upload.drop()
})

test('one caller gets a quarter of the memory, and then the disk', async () => {
  const { uploads, files } = await stage()
  const first = uploads.begin('a', never)
  const second = uploads.begin('a', never)
  const other = uploads.begin('b', never)
  await first.add(octetsOf(1.5 * MIB, 1))
  expect(files()).toBe(0)
  await second.add(octetsOf(MIB, 2))
  expect(files()).toBe(1)
  await other.add(octetsOf(MIB, 3))
  expect(files()).toBe(1)
  // The first goes to disk, so that the second, which is complete, need not wait for it.
  expect((await second.whole()).equals(octetsOf(MIB, 2))).toBe(true)
  expect(files()).toBe(2)
  second.drop()
  expect((await first.whole()).equals(octetsOf(1.5 * MIB, 1))).toBe(true)
})

test('small uploads get memory while large ones fill their part', async () => {
  const { uploads } = await stage({ spill: 'none' })
  const large = Array.from({ length: 40 }, (_, nth) => uploads.begin(`caller ${nth}`, never))
  for (const upload of large) for (let piece = 0; piece < 8; piece++) await upload.add(octetsOf(100 * KIB, piece))
  expect(large.some(({ failure }) => failure !== undefined)).toBe(true)
  const small = uploads.begin('small', never)
  await small.add(octetsOf(64 * KIB, 1))
  expect((await small.whole()).length).toBe(64 * KIB)
})

test('a complete upload returns from disk while arriving ones hold their part', async () => {
  const { uploads } = await stage()
  const arriving = Array.from({ length: 8 }, (_, nth) => uploads.begin(`caller ${nth}`, never))
  for (const upload of arriving) await upload.add(octetsOf(0.9 * MIB, 1))
  const last = uploads.begin('last', never)
  await last.add(octetsOf(MIB, 7))
  expect((await last.whole()).equals(octetsOf(MIB, 7))).toBe(true)
  last.drop()
  for (const upload of arriving) {
    expect((await upload.whole()).equals(octetsOf(0.9 * MIB, 1))).toBe(true)
    upload.drop()
  }
})

test('a slow upload goes to disk while others want memory, and a fast one stays', async () => {
  const { uploads, world } = await stage()
  const slow = uploads.begin('slow', never)
  const fast = uploads.begin('fast', never)
  const filling = uploads.begin('filling', never)
  await slow.add(octetsOf(1.5 * MIB, 1))
  await fast.add(octetsOf(MIB, 2))
  await filling.add(octetsOf(MIB, 3))
  // There is no memory for this one.
  await filling.add(octetsOf(MIB, 4))
  await fast.add(octetsOf(100 * KIB, 5))
  world.advance(5000)
  await slow.add(octetsOf(10, 7))
  // The slow upload released its memory.
  const next = uploads.begin('next', never)
  expect(next.add(octetsOf(1.5 * MIB, 6))).toBeUndefined()
  expect((await slow.whole()).equals(Buffer.concat([octetsOf(1.5 * MIB, 1), octetsOf(10, 7)]))).toBe(true)
  expect((await fast.whole()).length).toBe(MIB + 100 * KIB)
})

test('a slow upload on disk fails as busy while others wait for the disk', async () => {
  const { uploads, world } = await stage({ memory: 128 * KIB, largest: 1, spill: { spill_octets: 2 * MIB } })
  const slow = Array.from({ length: 4 }, (_, nth) => uploads.begin(`slow ${nth}`, never))
  for (const upload of slow) await upload.add(octetsOf(500 * KIB, 1))
  const next = uploads.begin('next', never)
  const adding = next.add(octetsOf(400 * KIB, 2))
  await until(() => next.waits === 2)
  world.advance(10_000)
  await adding
  expect(slow.map(({ failure }) => failure)).toContainEqual(expect.objectContaining({ reason: 'busy' }))
  expect(next.failure).toBeUndefined()
  expect((await next.whole()).equals(octetsOf(400 * KIB, 2))).toBe(true)
})

test('a caller that waits for its own disk share ends no upload of others', async () => {
  const { uploads, world } = await stage({ memory: 128 * KIB, largest: 1, spill: { spill_octets: 4 * MIB } })
  const other = uploads.begin('other', never)
  await other.add(octetsOf(500 * KIB, 1))
  const greedy = [uploads.begin('greedy', never), uploads.begin('greedy', never)]
  await greedy[0]!.add(octetsOf(900 * KIB, 2))
  const adding = greedy[1]!.add(octetsOf(900 * KIB, 3))
  await until(() => greedy[1]!.waits === 3)
  world.advance(10_000)
  await adding
  expect(other.failure).toBeUndefined()
  expect(greedy[0]!.failure).toMatchObject({ reason: 'busy' })
  expect(greedy[1]!.failure).toBeUndefined()
})

test('a wait ends after uploads.wait_seconds, and its upload holds nothing', async () => {
  const { uploads, world } = await stage({ memory: 128 * KIB, largest: 1, spill: { spill_octets: MIB } })
  const fast = [uploads.begin('a', never), uploads.begin('b', never)]
  for (const upload of fast) await upload.add(octetsOf(260 * KIB, 1))
  const last = uploads.begin('c', never)
  const adding = last.add(octetsOf(100 * KIB, 2))
  await until(() => last.waits === 2)
  for (let round = 0; round < 6; round++) {
    for (const upload of fast) await upload.add(octetsOf(40 * KIB, round))
    world.advance(5000)
  }
  await adding
  expect(last.failure).toMatchObject({ reason: 'busy' })
  await last.add(octetsOf(100, 3))
  expect(last.octets).toBe(100 * KIB + 100)
  await expect(last.whole()).rejects.toMatchObject({ reason: 'busy' })
  for (const upload of fast) {
    expect((await upload.whole()).length).toBe(500 * KIB)
    upload.drop()
  }
})

test('a full disk fails the upload, and others go on', async () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  let closed = 0
  const create: Spill['create'] = async () => ({
    write: () => Promise.reject(full),
    read: () => Promise.reject(full),
    close: async () => void closed++,
  })
  const { uploads } = await stage({ over: { create } })
  const kept = uploads.begin('a', never)
  await kept.add(octetsOf(2 * MIB, 1))
  const failed = uploads.begin('a', never)
  await failed.add(octetsOf(300 * KIB, 2))
  expect(failed.failure).toMatchObject({ reason: 'no-room' })
  await expect(failed.whole()).rejects.toMatchObject({ reason: 'no-room' })
  expect(closed).toBe(1)
  expect((await kept.whole()).equals(octetsOf(2 * MIB, 1))).toBe(true)
})

test('a client that disconnects leaves no share behind', async () => {
  const { uploads } = await stage({ memory: 128 * KIB, largest: 1, spill: { spill_octets: 512 * KIB } })
  const gone = new AbortController()
  const first = uploads.begin('a', never)
  await first.add(octetsOf(500 * KIB, 1))
  const second = uploads.begin('b', () => gone.signal)
  const adding = second.add(octetsOf(500 * KIB, 2))
  await until(() => second.waits === 2)
  gone.abort()
  await adding
  second.drop()
  first.drop()
  const third = uploads.begin('c', never)
  await third.add(octetsOf(500 * KIB, 3))
  expect((await third.whole()).equals(octetsOf(500 * KIB, 3))).toBe(true)
})
