import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory, TestDisk } from '../../../test/support/disk.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { HOUR, MINUTE } from '../../core/time.ts'
import type { BlobRef } from '../engine.ts'
import { SegmentBlobs } from './segments.ts'

/** Names what it is told to, some at a time, as rows do. */
class Names {
  readonly refs = new Set<BlobRef>()

  readonly naming = async (after: string, until: string): Promise<readonly BlobRef[]> =>
    [...this.refs]
      .filter((ref) => ref > after && ref < until)
      .sort((a, b) => (a < b ? -1 : 1))
      .slice(0, 3)
}

async function shelf({ dir = temporaryDirectory(), disk = new TestDisk(), limit = 1000, names = new Names() } = {}) {
  const world = new TestWorld()
  const blobs = await SegmentBlobs.open(dir, { disk, world, limit })
  onTestFinished(() => blobs.close())
  blobs.keep(names.naming)
  const put = async (text: string) => {
    const ref = await blobs.append(Buffer.from(text))
    names.refs.add(ref)
    return ref
  }
  const drop = (ref: BlobRef) => {
    names.refs.delete(ref)
    blobs.dropped([ref])
  }
  const tidyAll = async () => {
    let freed = 0
    for (let step = await blobs.tidy(); step; step = await blobs.tidy()) freed += step.freed
    return freed
  }
  /** After which nothing is young any more, and nothing resting. */
  const later = async () => {
    await blobs.tidy()
    world.advance(HOUR)
  }
  return { dir, disk, world, blobs, names, put, drop, tidyAll, later }
}

const octetsIn = (dir: string) => readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)

const texts = (count: number) => Array.from({ length: count }, (_, n) => `text ${n} `.repeat(12))

test('room that nobody names is freed, and whatever is named stays what and where it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ size: fc.nat(400), dropped: fc.nat(3) }), { minLength: 10, maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(60), fc.nat(400), fc.nat(400)), { maxLength: 20 }),
      async (given, pieces) => {
        const { dir, blobs, put, drop, tidyAll, later } = await shelf()
        const kept = new Map<BlobRef, Buffer>()
        for (let round = 0; round < 3; round++) {
          for (const { size } of given) {
            const text = Buffer.alloc(size, `${size} ${round} `)
            kept.set(await put(String(text)), text)
          }
          await later()
          const before = octetsIn(dir)
          for (const [nth, ref] of [...kept.keys()].entries()) {
            if (given[nth % given.length]!.dropped <= round) continue
            drop(ref)
            kept.delete(ref)
          }
          const freed = await tidyAll()
          expect(octetsIn(dir)).toBe(before - freed)
          for (const [ref, text] of kept) expect((await blobs.read(ref)).equals(text)).toBe(true)
          const refs = [...kept.keys()]
          const asked = pieces.flatMap(([of, start, end]) => {
            const blob = refs[of]
            return blob === undefined ? [] : { blob, start, end }
          })
          const found = await blobs.readAll(asked)
          for (const [nth, { blob, start, end }] of asked.entries()) {
            expect(found[nth]!.equals(kept.get(blob)!.subarray(start, Math.max(start, end)))).toBe(true)
          }
        }
        await blobs.close()
      },
    ),
    { numRuns: 40 },
  )
}, 60_000)

test('no compaction of an open segment, within the hour in which a row may follow, or for a small gain', async () => {
  const { blobs, put, drop, world, tidyAll, names } = await shelf()
  const refs: BlobRef[] = []
  for (const text of texts(20)) refs.push(await put(text))
  for (const ref of refs) drop(ref)
  expect(await tidyAll()).toBe(0)
  world.advance(HOUR - 1)
  expect(await tidyAll()).toBe(0)
  names.refs.add(refs[0]!)
  world.advance(1)
  expect(await tidyAll()).toBeGreaterThan(1000)
  expect(String(await blobs.read(refs[0]!))).toBe(texts(1)[0])
  // The last segment may be added to.
  expect(String(await blobs.read(refs.at(-1)!))).toBe(texts(20).at(-1))
})

test('without anybody who names bytes nothing is cleared away', async () => {
  const dir = temporaryDirectory()
  const first = await SegmentBlobs.open(dir, { limit: 100 })
  for (const text of texts(5)) await first.append(Buffer.from(text))
  await first.close()
  const second = await SegmentBlobs.open(dir, { limit: 100 })
  onTestFinished(() => second.close())
  expect(await second.tidy()).toBeUndefined()
})

test('who found something before it was left out reads it to its end, for a while', async () => {
  const { blobs, put, drop, later, tidyAll, world } = await shelf()
  const refs: BlobRef[] = []
  for (const text of texts(30)) refs.push(await put(text))
  await later()
  for (const ref of refs.slice(1)) drop(ref)
  expect(await tidyAll()).toBeGreaterThan(0)
  expect(String(await blobs.read(refs[1]!, 0, 20))).toBe(texts(2)[1]!.slice(0, 20))
  const both = await blobs.readAll([{ blob: refs[0]! }, { blob: refs[1]! }])
  expect(both.map(String)).toEqual(texts(2))
  world.advance(10 * MINUTE)
  await expect(blobs.read(refs[1]!)).rejects.toThrow('not there')
  expect(String(await blobs.read(refs[0]!))).toBe(texts(1)[0])
})

test('a segment that nobody names anything of goes, once nobody can be reading it', async () => {
  const { dir, put, drop, later, tidyAll, world, names } = await shelf()
  const refs: BlobRef[] = []
  for (const text of texts(20)) refs.push(await put(text))
  await later()
  for (const ref of refs) drop(ref)
  await tidyAll()
  expect(existsSync(join(dir, '000001.seg'))).toBe(true)
  const again = await shelf({ dir, names })
  await again.tidyAll()
  expect(existsSync(join(dir, '000001.seg'))).toBe(false)
  world.advance(HOUR)
})

test('reading goes on while segments are compacted under it', async () => {
  const { blobs, put, drop, later, tidyAll } = await shelf()
  const given = texts(60)
  const refs: BlobRef[] = []
  for (const text of given) refs.push(await put(text))
  await later()
  for (const [nth, ref] of refs.entries()) if (nth % 2) drop(ref)
  const tidying = tidyAll()
  for (let round = 0; round < 20; round++) {
    const read = await Promise.all(refs.map((ref) => blobs.read(ref)))
    expect(read.map(String)).toEqual(given)
  }
  expect(await tidying).toBeGreaterThan(0)
})

test('after a restart compacted segments are read, and compacted further', async () => {
  const first = await shelf()
  const given = texts(40)
  const refs: BlobRef[] = []
  for (const text of given) refs.push(await first.put(text))
  await first.later()
  for (const [nth, ref] of refs.entries()) if (nth % 4) first.drop(ref)
  await first.tidyAll()
  await first.blobs.close()
  const second = await shelf({ dir: first.dir, names: first.names })
  const kept = refs.filter((_, nth) => nth % 4 === 0)
  const read = () => Promise.all(kept.map((ref) => second.blobs.read(ref)))
  expect((await read()).map(String)).toEqual(given.filter((_, nth) => nth % 4 === 0))
  for (const ref of kept.splice(1, 4)) second.drop(ref)
  expect(await second.tidyAll()).toBeGreaterThan(0)
  expect((await read()).map(String)).toEqual(kept.map((ref) => given[refs.indexOf(ref)]))
})

test('a crash leaves the segment as it was, or as it shall be; what was begun is begun again', async () => {
  const first = await shelf()
  const refs: BlobRef[] = []
  for (const text of texts(20)) refs.push(await first.put(text))
  await first.later()
  for (const ref of refs.slice(2)) first.drop(ref)
  first.disk.failOnce(new Error('no more'))
  await expect(first.tidyAll()).rejects.toThrow('no more')
  expect(readdirSync(first.dir).filter((name) => name.endsWith('.part'))).toEqual([])
  writeFileSync(join(first.dir, '000001.seg.part'), 'half of it')
  await first.blobs.close()
  const second = await shelf({ dir: first.dir, names: first.names })
  expect(await second.tidyAll()).toBeGreaterThan(0)
  expect(readdirSync(first.dir).filter((name) => name.endsWith('.part'))).toEqual([])
  expect(String(await second.blobs.read(refs[1]!))).toBe(texts(2)[1])
})

test('a record that is damaged is not passed on: its segment stays as it is', async () => {
  const first = await shelf()
  const refs: BlobRef[] = []
  for (const text of texts(20)) refs.push(await first.put(text))
  await first.later()
  for (const ref of refs.slice(2)) first.drop(ref)
  const file = join(first.dir, '000001.seg')
  const bytes = readFileSync(file)
  bytes[40]! ^= 1
  writeFileSync(file, bytes)
  await expect(first.tidyAll()).rejects.toThrow('damaged')
  expect(readFileSync(file).equals(bytes)).toBe(true)
  expect(String(await first.blobs.read(refs[1]!))).toBe(texts(2)[1])
})

test('a disk that is full leaves the segment as it is, and nothing beside it', async () => {
  const { dir, disk, blobs, put, drop, tidyAll, later, world } = await shelf()
  const refs: BlobRef[] = []
  for (const text of texts(20)) refs.push(await put(text))
  await later()
  for (const ref of refs.slice(0, 12)) drop(ref)
  disk.leave(10)
  await expect(tidyAll()).rejects.toThrow('no space')
  expect(readdirSync(dir).filter((name) => name.endsWith('.part'))).toEqual([])
  disk.leave(Infinity)
  world.advance(HOUR)
  expect(await tidyAll()).toBeGreaterThan(0)
  for (const [n, ref] of refs.slice(12).entries()) expect(String(await blobs.read(ref))).toBe(texts(20)[n + 12])
})
