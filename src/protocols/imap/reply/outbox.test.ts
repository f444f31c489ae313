import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Wire } from '../../../core/wire.ts'
import { Outbox } from './outbox.ts'
import type { ImapReply } from './reply.ts'

const PATIENCE = 1000

/** A connection whose peer reads everything at once. */
function eager() {
  const sent: string[] = []
  const wire = {
    write: async (data: Uint8Array | readonly Uint8Array[]) => {
      const parts = data instanceof Uint8Array ? [data] : data
      sent.push(Buffer.concat(parts).toString('latin1'))
    },
    sent: async () => {},
    end: (words: string) => sent.push(words),
    destroy: () => sent.push('(cut off)'),
  }
  return { outbox: new Outbox(wire as unknown as Wire, () => PATIENCE), sent }
}

const textOf = (said: ImapReply): string => {
  if (typeof said === 'string') return said
  if (typeof said === 'symbol') return ''
  const octets = 'piece' in said ? said.piece : said
  return Buffer.concat(octets instanceof Uint8Array ? [octets] : octets).toString('latin1')
}

test('octets arrive in order, in whatever buffers they are', async () => {
  const text = fc
    .tuple(fc.string({ unit: fc.constantFrom('a', 'b', '\xe9'), maxLength: 5 }), fc.constantFrom(1, 3000, 30_000))
    .map(([unit, times]) => unit.repeat(times))
  const octets = text.map((it) => Buffer.from(it, 'latin1'))
  const reply: fc.Arbitrary<ImapReply> = fc.oneof(
    text,
    octets,
    fc.array(octets, { maxLength: 6 }),
    fc.record({ piece: fc.array(octets, { maxLength: 3 }), last: fc.boolean() }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { maxLength: 20 }), async (replies) => {
      const { outbox, sent } = eager()
      for (const each of replies) await outbox.add(each)
      await outbox.flush()
      expect(sent.join('') === replies.map(textOf).join('')).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('other work runs between the buffers of a long reply, even for a fast client', async () => {
  const { outbox, sent } = eager()
  let turns = 0
  let over = false
  const others = (): void => {
    turns++
    if (!over) setImmediate(others)
  }
  setImmediate(others)
  const line = Buffer.alloc(16 * 1024, 'x')
  for (let n = 0; n < 800; n++) await outbox.add(line)
  over = true
  expect(sent.length).toBeGreaterThanOrEqual(90)
  expect(turns).toBeGreaterThanOrEqual(sent.length - 1)
})

test('BYE is sent after complete replies only', async () => {
  const { outbox, sent } = eager()
  await outbox.add('* 1 EXISTS\r\n')
  await outbox.flush()
  outbox.end('* BYE\r\n')
  await outbox.add('lost')
  await outbox.flush()
  expect(sent).toEqual(['* 1 EXISTS\r\n', '* BYE\r\n'])

  const { outbox: midway, sent: cut } = eager()
  await midway.add({ piece: Buffer.from('* 1 FETCH (BODY[] {9}\r\nabc'), last: false })
  midway.end('* BYE\r\n')
  expect(cut).toEqual(['* 1 FETCH (BODY[] {9}\r\nabc', '(cut off)'])
})
