import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OpenSegment } from './descriptors.ts'
import { ReadAhead } from './read-ahead.ts'

/** A file of which octets are known by their place, and that counts how often it is read. */
function segment(octets: () => Buffer) {
  const counted = { reads: 0, octets: 0 }
  const file = {
    read(buffer: Buffer, _: number, length: number, position: number) {
      counted.reads += 1
      const bytesRead = octets().copy(buffer, 0, position, position + length)
      counted.octets += bytesRead
      return Promise.resolve({ buffer, bytesRead })
    },
  }
  return { opened: { file, moves: undefined } as unknown as OpenSegment, counted }
}

const room = (octets: number): Buffer => Buffer.allocUnsafe(octets)

/** As one reads who looks first at what is there. */
async function read(ahead: ReadAhead, opened: OpenSegment, start: number, end: number, stable = Infinity) {
  return ahead.held(opened, start, end, room) ?? (await ahead.read(opened, start, end, stable, room))
}

const patterned = (size: number): Buffer => Buffer.from(Uint32Array.from({ length: size / 4 }, (_, at) => at).buffer)

test('one who reads in order reads seldom, and one who does not reads no more than he wants', async () => {
  const bytes = patterned(4 * 1024 ** 2)
  const inOrder = segment(() => bytes)
  const ahead = new ReadAhead()
  for (let start = 0; start < bytes.length; start += 16_384) {
    const octets = await read(ahead, inOrder.opened, start, start + 16_384)
    expect(octets.equals(bytes.subarray(start, start + 16_384))).toBe(true)
  }
  expect(inOrder.counted.reads).toBeLessThan(20)
  const backwards = segment(() => bytes)
  for (let start = bytes.length - 16_384; start >= 0; start -= 16_384) {
    await read(ahead, backwards.opened, start, start + 10_000)
  }
  expect(backwards.counted.octets).toBe(256 * 10_000)
})

test('several who read in order are not in each other’s way', async () => {
  const bytes = patterned(1024 ** 2)
  const { opened, counted } = segment(() => bytes)
  const ahead = new ReadAhead()
  for (let start = 0; start < 128 * 1024; start += 4096) {
    for (let reader = 0; reader < 8; reader++) {
      const at = reader * 128 * 1024 + start
      const octets = await read(ahead, opened, at, at + 4096)
      expect(octets.equals(bytes.subarray(at, at + 4096))).toBe(true)
    }
  }
  expect(counted.reads).toBeLessThan(8 * 6)
})

test('two who read the same at the same time each have it', async () => {
  const bytes = patterned(1024 ** 2)
  const { opened } = segment(() => bytes)
  const ahead = new ReadAhead()
  for (let start = 0; start < bytes.length; start += 10_000) {
    const both = await Promise.all([
      read(ahead, opened, start, start + 5000),
      read(ahead, opened, start + 5000, start + 10_000),
      read(ahead, opened, start, start + 5000),
    ])
    for (const [nth, octets] of both.entries()) {
      const from = start + (nth === 1 ? 5000 : 0)
      expect(octets.equals(bytes.subarray(from, from + 5000))).toBe(true)
    }
  }
})

test('what may still change is not kept for later', async () => {
  const step = fc.record({ grow: fc.nat(9000), from: fc.nat(4), octets: fc.integer({ min: 1, max: 5000 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const bytes = patterned(1024 ** 2)
      let stable = 0
      // Behind what is durable lies what a write has left halfway.
      const { opened } = segment(() => Buffer.concat([bytes.subarray(0, stable), Buffer.alloc(20_000, 0xff)]))
      const ahead = new ReadAhead()
      let end = 0
      for (const { grow, from, octets } of steps) {
        stable += grow
        const start = from === 0 ? 0 : end
        if (start + octets > stable) continue
        end = start + octets
        expect((await read(ahead, opened, start, end, stable)).equals(bytes.subarray(start, end))).toBe(true)
      }
    }),
  )
})
