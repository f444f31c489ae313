import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BlobRef } from '../../../src/storage/engine.ts'
import { type MakeDirectory, opened } from './directory.ts'

/** Bytes that are appended and read. */
export function blobsContract(name: string, makePlace: MakeDirectory): void {
  describe(`${name}: bytes`, () => {
    test('any bytes come back as they were given, whole and in part', async () => {
      const engine = await opened(makePlace())
      const number = fc.integer({ min: -5, max: 3000 })
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), number, number, async (bytes, start, end) => {
          const ref = await engine.blobs.append(bytes)
          expect((await engine.blobs.read(ref)).equals(bytes)).toBe(true)
          const expected = bytes.subarray(Math.max(start, 0), Math.max(end, 0))
          expect((await engine.blobs.read(ref, start, end)).equals(expected)).toBe(true)
        }),
        { numRuns: 60 },
      )
    })

    test('many pieces come at once, in the order asked for, and one that is not there fails them all', async () => {
      const engine = await opened(makePlace())
      const texts = Array.from({ length: 50 }, (_, n) => Buffer.alloc((n * 7919) % 9000, `${n},`))
      const refs: BlobRef[] = []
      for (const text of texts) refs.push(await engine.blobs.append(text))
      const piece = fc.record({ of: fc.nat(49), start: fc.option(fc.nat(9000), { nil: undefined }), end: fc.nat(9000) })
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
          const found = await engine.blobs.readAll(pieces.map(({ of, ...rest }) => ({ blob: refs[of]!, ...rest })))
          const wanted = pieces.map(({ of, start = 0, end }) => texts[of]!.subarray(start, Math.max(start, end)))
          expect(found.map(String)).toEqual(wanted.map(String))
        }),
        { numRuns: 30 },
      )
      const lost = { blob: '9.0.1' as BlobRef }
      await expect(engine.blobs.readAll([{ blob: refs[0]! }, lost])).rejects.toThrow(Error)
    })

    test('appends and reads may overlap at will', async () => {
      const engine = await opened(makePlace())
      await Promise.all(
        Array.from({ length: 300 }, async (_, n) => {
          const bytes = Buffer.alloc((n * 997) % 50_000, `${n} `)
          const ref = await engine.blobs.append(bytes)
          expect((await engine.blobs.read(ref)).equals(bytes)).toBe(true)
        }),
      )
    })

    test('what is discarded takes nothing from what is kept, before and after it', async () => {
      const place = makePlace()
      const engine = await opened(place)
      const kept: { readonly ref: BlobRef; readonly text: string }[] = []
      const append = async (text: string) => ({ text, ref: await engine.blobs.append(Buffer.from(text)) })
      for (let n = 0; n < 20; n++) {
        const refused = await append(`refused ${n} `.repeat(n * 50))
        if (n % 3 === 0) kept.push(await append(`kept ${n}`))
        await engine.blobs.discard([refused.ref])
        kept.push(await append(`kept after ${n}`))
      }
      for (const { ref, text } of kept) expect(String(await engine.blobs.read(ref))).toBe(text)
      await engine.close()
      const again = await opened(place)
      for (const { ref, text } of kept) expect(String(await again.blobs.read(ref))).toBe(text)
    })

    test('bytes are there after a restart, and what is appended then does not touch them', async () => {
      const place = makePlace()
      const texts = ['one', 'two', 'three', 'four']
      const refs: BlobRef[] = []
      for (const text of texts) {
        const engine = await opened(place)
        refs.push(await engine.blobs.append(Buffer.from(text)))
        await engine.close()
      }
      const engine = await opened(place)
      const read = await Promise.all(refs.map((ref) => engine.blobs.read(ref)))
      expect(read.map(String)).toEqual(texts)
    })

    test('a reference that names nothing is an error', async () => {
      const engine = await opened(makePlace())
      await engine.blobs.append(Buffer.from('something'))
      for (const ref of ['', 'nonsense', '1.0.99999', '9.0.1', '1.99999.1', '../../etc/passwd.0.1']) {
        await expect(engine.blobs.read(ref as BlobRef)).rejects.toThrow(Error)
      }
    })
  })
}
