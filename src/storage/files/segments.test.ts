import { appendFileSync, cpSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory, TestDisk } from '../../../test/support/disk.ts'
import type { BlobRef } from '../engine.ts'
import { HEADER } from './record.ts'
import { SegmentBlobs } from './segments.ts'

async function opened(dir: string, { disk = new TestDisk(), limit = 1000 } = {}) {
  const blobs = await SegmentBlobs.open(dir, { disk, limit })
  onTestFinished(() => blobs.close())
  return blobs
}

const text = async (blobs: SegmentBlobs, ref: BlobRef) => String(await blobs.read(ref))

test('a segment that is full is followed by a new one', async () => {
  const dir = temporaryDirectory()
  const blobs = await opened(dir)
  const texts = Array.from({ length: 40 }, (_, n) => `${n} `.repeat(50))
  const refs: BlobRef[] = []
  for (const text of texts) refs.push(await blobs.append(Buffer.from(text)))
  expect(readdirSync(dir)).toContain('000004.seg')
  expect(await Promise.all(refs.map((ref) => text(blobs, ref)))).toEqual(texts)
})

test('bytes that are larger than a segment have one of their own', async () => {
  const dir = temporaryDirectory()
  const blobs = await opened(dir)
  await blobs.append(Buffer.from('small'))
  const large = Buffer.alloc(50_000, 'large')
  const ref = await blobs.append(large)
  await blobs.append(Buffer.from('small'))
  expect((await blobs.read(ref)).equals(large)).toBe(true)
  expect(readdirSync(dir)).toEqual(['000001.seg', '000002.seg', '000003.seg'])
})

test('more segments are read than descriptors are kept', async () => {
  const blobs = await opened(temporaryDirectory(), { limit: 1 })
  const refs: BlobRef[] = []
  for (let n = 0; n < 150; n++) refs.push(await blobs.append(Buffer.from(`text ${n}`)))
  for (let round = 0; round < 2; round++) {
    const texts = await Promise.all(refs.map((ref) => text(blobs, ref)))
    expect(texts).toEqual(refs.map((_, n) => `text ${n}`))
  }
})

test('pieces that are asked for together are each what they are, whichever share a read', async () => {
  const blobs = await opened(temporaryDirectory(), { limit: 100_000 })
  const written = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const bytes = Buffer.alloc(((n * 7919) % 20_000) + 1, `${n},`)
      return { bytes, ref: await blobs.append(bytes) }
    }),
  )
  const piece = fc.record({ of: fc.nat(59), start: fc.nat(21_000), end: fc.option(fc.nat(21_000), { nil: undefined }) })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 80 }), async (pieces) => {
      const read = await Promise.all(pieces.map(({ of, start, end }) => blobs.read(written[of]!.ref, start, end)))
      for (const [at, { of, start, end }] of pieces.entries()) {
        expect(read[at]!.equals(written[of]!.bytes.subarray(start, Math.max(start, end ?? Infinity)))).toBe(true)
      }
    }),
    { numRuns: 30 },
  )
})

test('a segment that could not be opened is tried again the next time', async () => {
  const dir = temporaryDirectory()
  const blobs = await opened(dir)
  const ref = await blobs.append(Buffer.from('moved'))
  renameSync(join(dir, '000001.seg'), join(dir, 'elsewhere'))
  await expect(blobs.read(ref)).rejects.toThrow('ENOENT')
  renameSync(join(dir, 'elsewhere'), join(dir, '000001.seg'))
  expect(await text(blobs, ref)).toBe('moved')
})

test('what a crash left torn at the end is passed over', async () => {
  const dir = temporaryDirectory()
  const first = await opened(dir)
  const before = await first.append(Buffer.from('before'))
  await first.close()
  appendFileSync(join(dir, '000001.seg'), 'half a rec')
  const second = await opened(dir)
  const after = await second.append(Buffer.from('after'))
  expect(await text(second, before)).toBe('before')
  expect(await text(second, after)).toBe('after')
})

test('space is allocated ahead of appends, and freed when the file is closed or the next one begins', async () => {
  const dir = temporaryDirectory()
  const blobs = await opened(dir)
  const size = (nth: number) => statSync(join(dir, `00000${nth}.seg`)).size
  await blobs.append(Buffer.alloc(500, 'one'))
  expect(size(1)).toBe(1000)
  await blobs.append(Buffer.alloc(300, 'two'))
  expect(size(1)).toBe(1000)
  await blobs.append(Buffer.alloc(300, 'three'))
  expect([size(1), size(2)]).toEqual([500 + 300 + 2 * HEADER, 1000])
  await blobs.close()
  expect(size(2)).toBe(300 + HEADER)
  const again = await opened(dir)
  const ref = await again.append(Buffer.from('four'))
  expect(ref).toBe(`2.${300 + HEADER}.4`)
})

test('nothing is added to a file that was not closed', async () => {
  const [dir, copied] = [temporaryDirectory(), temporaryDirectory()]
  const blobs = await opened(dir)
  const ref = await blobs.append(Buffer.from('before'))
  cpSync(dir, copied, { recursive: true })
  const killed = await opened(copied)
  const next = await killed.append(Buffer.from('after'))
  expect(next.startsWith('2.')).toBe(true)
  expect([await text(killed, ref), await text(killed, next)]).toEqual(['before', 'after'])
  await killed.close()
  expect(statSync(join(copied, '000001.seg')).size).toBe(1000)
})

test('where there is no room to lay out, what fits is taken', async () => {
  const disk = new TestDisk()
  const blobs = await opened(temporaryDirectory(), { disk })
  disk.leave(HEADER + 'kept'.length)
  expect(await text(blobs, await blobs.append(Buffer.from('kept')))).toBe('kept')
  await expect(blobs.append(Buffer.from('more'))).rejects.toMatchObject({ reason: 'no-room' })
})

test('damage to any octet of a record is found when it is read whole', async () => {
  const dir = temporaryDirectory()
  const blobs = await opened(dir)
  const ref = await blobs.append(Buffer.from('exactly as they were'))
  const file = join(dir, '000001.seg')
  const good = readFileSync(file)
  const end = good.findLastIndex((octet) => octet !== 0) + 1
  expect(end).toBe(HEADER + 'exactly as they were'.length)
  for (let at = 0; at < end; at++) {
    const bad = Buffer.from(good)
    bad[at]! ^= 0x10
    writeFileSync(file, bad)
    await expect(blobs.read(ref)).rejects.toThrow(`The bytes of ${ref} are damaged`)
  }
  writeFileSync(file, good)
  expect(await text(blobs, ref)).toBe('exactly as they were')
})

test('a reference that points elsewhere is found', async () => {
  const blobs = await opened(temporaryDirectory())
  await blobs.append(Buffer.from('first'))
  await blobs.append(Buffer.from('second'))
  for (const ref of ['1.1.5', '1.0.4', '1.0.6', '1.21.5']) {
    await expect(blobs.read(ref as BlobRef)).rejects.toThrow('damaged')
  }
  for (const ref of ['1.21.2000', '1.1000.5']) await expect(blobs.read(ref as BlobRef, 1)).rejects.toThrow('not there')
})

test('after a sync that failed nothing is acknowledged, and the file is left alone', async () => {
  const dir = temporaryDirectory()
  const disk = new TestDisk()
  const blobs = await opened(dir, { disk })
  const kept = await blobs.append(Buffer.from('kept'))
  disk.failOnce(new Error('I/O error'))
  await expect(blobs.append(Buffer.from('lost'))).rejects.toThrow('I/O error')
  const next = await blobs.append(Buffer.from('next'))
  expect(next.startsWith('2.')).toBe(true)
  expect([await text(blobs, kept), await text(blobs, next)]).toEqual(['kept', 'next'])
})

test('bytes that are durable are answered only then', async () => {
  const disk = new TestDisk()
  const blobs = await opened(temporaryDirectory(), { disk })
  const release = disk.hold()
  let answered = false
  const appended = blobs.append(Buffer.from('x')).then(() => (answered = true))
  while (disk.syncs === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(answered).toBe(false)
  release()
  await appended
})

test('a disk that is full refuses what it does not hold, and takes more when there is room again', async () => {
  const dir = temporaryDirectory()
  const disk = new TestDisk()
  const blobs = await opened(dir, { disk, limit: 10_000 })
  const kept = await blobs.append(Buffer.from('kept'))
  disk.leave(30)
  await expect(blobs.append(Buffer.alloc(100, 'half'))).rejects.toMatchObject({ reason: 'no-room' })
  expect(await text(blobs, kept)).toBe('kept')
  disk.leave(Infinity)
  const next = await blobs.append(Buffer.from('next'))
  expect([await text(blobs, kept), await text(blobs, next)]).toEqual(['kept', 'next'])
  await blobs.close()
  const again = await opened(dir)
  const last = await again.append(Buffer.from('last'))
  expect([await text(again, next), await text(again, last)]).toEqual(['next', 'last'])
})

test('discarded bytes at the end of the segments give their room back, in whatever order', async () => {
  const dir = temporaryDirectory()
  const blobs = await opened(dir, { limit: 10_000_000 })
  const kept = await blobs.append(Buffer.from('kept'))
  const refused: BlobRef[] = []
  for (let n = 0; n < 4; n++) refused.push(await blobs.append(Buffer.alloc(500_000, `${n}`)))
  await blobs.discard([refused[1]!])
  await blobs.discard([refused[0]!, refused[3]!])
  await blobs.discard([refused[2]!])
  const next = await blobs.append(Buffer.from('next'))
  expect([await text(blobs, kept), await text(blobs, next)]).toEqual(['kept', 'next'])
  await blobs.close()
  expect(statSync(join(dir, '000001.seg')).size).toBe(2 * (HEADER + 4))
})

test('discarded bytes before others stay for the compaction', async () => {
  const dir = temporaryDirectory()
  const blobs = await opened(dir, { limit: 10_000_000 })
  const refused = await blobs.append(Buffer.alloc(1000))
  const kept = await blobs.append(Buffer.from('kept'))
  await blobs.discard([refused])
  expect(await text(blobs, kept)).toBe('kept')
  await blobs.close()
  expect(statSync(join(dir, '000001.seg')).size).toBe(2 * HEADER + 1004)
})

test('a read-ahead returns the right octets, whatever is discarded meanwhile', async () => {
  const step = fc.record({ octets: fc.integer({ min: 1, max: 30_000 }), discards: fc.nat(3), reads: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const blobs = await SegmentBlobs.open(temporaryDirectory(), { disk: new TestDisk(), limit: 200_000 })
      const held: { ref: BlobRef; bytes: Buffer }[] = []
      for (const [n, { octets, discards, reads }] of steps.entries()) {
        const bytes = Buffer.alloc(octets, `${n},`)
        held.push({ bytes, ref: await blobs.append(bytes) })
        // One after another, so that the next ones are read along.
        const reading = reads ? held.map(({ ref }) => blobs.read(ref)) : []
        if (reads) for (const { ref, bytes } of held) expect((await blobs.read(ref)).equals(bytes)).toBe(true)
        await Promise.all(reading)
        const refused = held.splice(Math.max(1, held.length - discards))
        await blobs.discard(refused.map(({ ref }) => ref))
      }
      for (const { ref, bytes } of held) expect((await blobs.read(ref)).equals(bytes)).toBe(true)
      await blobs.close()
    }),
    { numRuns: 40 },
  )
})
