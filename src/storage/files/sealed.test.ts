import { readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { realWorld as world } from '../../core/world.ts'
import { copyDurably } from './copy.ts'
import { saltIn, encryptFile, sealedLength, unseal } from './sealed.ts'

const PIECE = 256 * 1024
const key = Buffer.alloc(32, 7)

async function sealed(content: Buffer, name = 'a'): Promise<{ file: string; salt: string }> {
  const dir = temporaryDirectory()
  const [from, file] = [path.join(dir, 'from'), path.join(dir, 'sealed')]
  writeFileSync(from, content)
  await copyDurably(from, file, { transfer: (one, other) => encryptFile({ key, name, world }, one, other) })
  await using handle = await open(file)
  return { file, salt: (await saltIn(handle))! }
}

async function unsealed(file: string, { salt, name = 'a' }: { salt: string; name?: string }): Promise<Buffer> {
  const to = path.join(temporaryDirectory(), 'to')
  await copyDurably(file, to, { transfer: (one, other) => unseal({ key, name, salt }, one, other) })
  return readFileSync(to)
}

const refused = { reason: 'wrong-state' }

describe('an encrypted file', () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17])(
    'of %i octets is decrypted to what it was, and is as long as was said',
    async (octets) => {
      const content = Buffer.from(world.bytes(octets))
      const { file, salt } = await sealed(content)
      const written = readFileSync(file)
      expect(written).toHaveLength(sealedLength(octets))
      if (octets > 100) expect(written.includes(content.subarray(0, 32))).toBe(false)
      expect((await unsealed(file, { salt })).equals(content)).toBe(true)
    },
  )

  it('that was cut off anywhere is refused', async () => {
    const { file, salt } = await sealed(Buffer.alloc(3 * PIECE, 1))
    const whole = readFileSync(file)
    const ends = [
      ...[1, 2, 3].map((pieces) => 48 + pieces * (PIECE + 16)).filter((end) => end < whole.length),
      0,
      20,
      48,
      60,
    ]
    for (const end of [...ends, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, end))
      await expect(unsealed(file, { salt })).rejects.toMatchObject(refused)
    }
  })

  it('to which something was added, or of which an octet was changed, is refused', async () => {
    const { file, salt } = await sealed(Buffer.alloc(PIECE + 100, 1))
    const whole = readFileSync(file)
    writeFileSync(file, Buffer.concat([whole, Buffer.alloc(1)]))
    await expect(unsealed(file, { salt })).rejects.toMatchObject(refused)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(whole)
        changed[at]! ^= change
        writeFileSync(file, changed)
        await expect(unsealed(file, { salt })).rejects.toMatchObject(refused)
      }),
      { numRuns: 40 },
    )
  })

  it('is refused under another name and in the place of another version', async () => {
    const one = await sealed(Buffer.from('one'))
    const other = await sealed(Buffer.from('two'))
    await expect(unsealed(one.file, { salt: one.salt, name: 'b' })).rejects.toMatchObject(refused)
    await expect(unsealed(one.file, { salt: other.salt })).rejects.toMatchObject(refused)
  })

  it('whose pieces were exchanged is refused', async () => {
    const { file, salt } = await sealed(Buffer.from(world.bytes(3 * PIECE)))
    const whole = readFileSync(file)
    const [first, second] = [48, 48 + PIECE + 16]
    const pieces = [whole.subarray(second, second + PIECE + 16), whole.subarray(first, second)]
    writeFileSync(file, Buffer.concat([whole.subarray(0, first), ...pieces, whole.subarray(second + PIECE + 16)]))
    await expect(unsealed(file, { salt })).rejects.toMatchObject(refused)
  })
})
