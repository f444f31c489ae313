import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TestWorld } from '../../../test/support/world.ts'
import { UploadPool } from '../../core/uploads/upload-pool.ts'
import { Uploads } from '../../core/uploads/uploads.ts'
import { Incoming } from './incoming.ts'

const KIB = 1024
const MIB = KIB * KIB

const settings = { octets_per_second: 1024, wait_seconds: 30 }
const uploadsOf = (octets: number): Uploads =>
  new Uploads(new UploadPool({ world: new TestWorld(), settings }), { octets, largest: 1 })

const message = (limit: number, uploads: Uploads, binary = true, caller = 'a'): Incoming =>
  new Incoming({
    limit,
    sizeLimit: async () => undefined,
    upload: uploads.begin(caller, () => new AbortController().signal),
    binary,
  })

/** Whether the budget has memory for a message of that size. */
async function hasRoom(uploads: Uploads, octets: number): Promise<boolean> {
  const incoming = message(octets, uploads, true, 'another')
  await incoming.add(Buffer.alloc(octets))
  incoming.drop()
  return incoming.failure === undefined
}

describe('an incoming message', () => {
  test('is the sum of its pieces', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(64 * KIB, 100_000).map((it) => Buffer.alloc(it, 'x')),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const incoming = message(MIB, uploadsOf(8 * MIB))
        for (const it of pieces) await incoming.add(Buffer.from(it))
        expect((await incoming.whole()).equals(Buffer.concat(pieces))).toBe(true)
        expect(incoming.octets).toBe(pieces.reduce((sum, it) => sum + it.length, 0))
      }),
      { numRuns: 30 },
    )
  })

  test('that is too big is counted and discarded, and releases its memory', async () => {
    const uploads = uploadsOf(2 * MIB)
    const incoming = message(200 * KIB, uploads)
    await incoming.add(Buffer.alloc(200 * KIB))
    expect(incoming.failure).toBeUndefined()
    await incoming.add(Buffer.alloc(1))
    expect(incoming.failure).toBe('too-big')
    await incoming.add(Buffer.alloc(5000))
    expect(incoming.octets).toBe(200 * KIB + 5001)
    expect(await incoming.whole()).toHaveLength(0)
    expect(await hasRoom(uploads, 500 * KIB)).toBe(true)
  })

  test('beyond the limit of its sender or recipients is discarded early', async () => {
    let asked = 0
    const limit = { octets: 10, why: 'recipient-full', mailbox: 'bob@contoso.test' } as const
    const uploads = uploadsOf(16 * MIB)
    const incoming = new Incoming({
      limit: 8 * MIB,
      sizeLimit: async () => (asked++, limit),
      upload: uploads.begin('a', () => new AbortController().signal),
      binary: true,
    })
    await incoming.add(Buffer.alloc(MIB))
    expect([asked, incoming.failure]).toEqual([0, undefined])
    await incoming.add(Buffer.alloc(10))
    expect([asked, incoming.failure]).toEqual([1, undefined])
    await incoming.add(Buffer.alloc(1))
    await incoming.add(Buffer.alloc(MIB))
    expect([asked, incoming.failure]).toEqual([1, limit])
    expect(await incoming.whole()).toHaveLength(0)
  })

  test('without memory is counted and discarded; others keep their memory', async () => {
    const uploads = uploadsOf(MIB)
    const [first, second] = [message(MIB, uploads), message(MIB, uploads)]
    await first.add(Buffer.alloc(200 * KIB, 'a'))
    await second.add(Buffer.alloc(50 * KIB))
    expect([first.failure, second.failure]).toEqual([undefined, undefined])
    await second.add(Buffer.alloc(50 * KIB))
    expect([first.failure, second.failure]).toEqual([undefined, 'no-room'])
    expect(await hasRoom(uploads, 200 * KIB)).toBe(true)
    expect(await hasRoom(uploads, 250 * KIB)).toBe(false)
    expect(await first.whole()).toHaveLength(200 * KIB)
    first.drop()
    first.drop()
    expect(await hasRoom(uploads, 250 * KIB)).toBe(true)
  })

  test('needs no more memory if it arrives an octet at a time', async () => {
    const uploads = uploadsOf(MIB)
    const incoming = message(MIB, uploads)
    for (let octet = 0; octet < 200 * KIB; octet++) await incoming.add(Buffer.from([octet]))
    expect(incoming.failure).toBeUndefined()
    const whole = await incoming.whole()
    expect(whole.every((octet, at) => octet === (at & 0xff))).toBe(true)
  })

  test('that is not binary gets CRLF line ends, and has no NUL', async () => {
    const incoming = message(100, uploadsOf(MIB), false)
    for (const piece of ['a\n', '\r', '\nb']) await incoming.add(Buffer.from(piece))
    expect((await incoming.whole()).toString()).toBe('a\r\n\r\nb\r\n')
    const other = message(100, uploadsOf(MIB), false)
    await other.add(Buffer.from('\0'))
    expect(other.failure).toBe('nul-octet')
  })

  test('may be empty', async () => {
    const incoming = message(10, uploadsOf(MIB))
    expect(await incoming.whole()).toHaveLength(0)
    incoming.drop()
  })
})
