import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OctetBudget } from '../../core/octet-budget.ts'
import { Incoming } from './incoming.ts'

const KIB = 1024
const MIB = KIB * KIB

const message = (limit: number, budget: OctetBudget, binary = true): Incoming => new Incoming({ limit, budget, binary })

/** How much of a budget is left. */
function left(budget: OctetBudget, most: number): number {
  for (let octets = most; octets > 0; octets -= KIB) {
    const giveBack = budget.tryTake(octets)
    if (!giveBack) continue
    giveBack()
    return octets
  }
  return 0
}

describe('a message on its way in', () => {
  test('is its pieces, however they were cut', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(64 * KIB, 100_000).map((it) => Buffer.alloc(it, 'x')),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const incoming = message(MIB, new OctetBudget(8 * MIB))
        for (const it of pieces) incoming.add(Buffer.from(it))
        expect(incoming.whole().equals(Buffer.concat(pieces))).toBe(true)
        expect(incoming.octets).toBe(pieces.reduce((sum, it) => sum + it.length, 0))
      }),
      { numRuns: 30 },
    )
  })

  test('that is too big is counted and forgotten, and gives back what it held', () => {
    const budget = new OctetBudget(MIB)
    const incoming = message(1000, budget)
    incoming.add(Buffer.alloc(1000))
    expect(incoming.failure).toBeUndefined()
    incoming.add(Buffer.alloc(1))
    expect(incoming.failure).toBe('too-big')
    incoming.add(Buffer.alloc(5000))
    expect(incoming.octets).toBe(6001)
    expect(left(budget, MIB)).toBe(MIB)
  })

  test('that finds no room is counted and forgotten; others keep theirs', () => {
    const budget = new OctetBudget(256 * KIB)
    const [first, second] = [message(MIB, budget), message(MIB, budget)]
    first.add(Buffer.alloc(100 * KIB, 'a'))
    second.add(Buffer.alloc(64 * KIB))
    expect([first.failure, second.failure]).toEqual([undefined, undefined])
    second.add(Buffer.alloc(1))
    expect([first.failure, second.failure]).toEqual([undefined, 'no-room'])
    expect(first.whole()).toHaveLength(100 * KIB)
    first.drop()
    first.drop()
    expect(left(budget, 256 * KIB)).toBe(256 * KIB)
  })

  test('holds no more for coming an octet at a time', () => {
    const budget = new OctetBudget(MIB)
    const incoming = message(MIB, budget)
    for (let octet = 0; octet < 64 * KIB; octet++) incoming.add(Buffer.from([octet]))
    expect(left(budget, MIB)).toBe(MIB - 64 * KIB)
  })

  test('that is not binary is made one of lines, and has no NUL', () => {
    const incoming = message(100, new OctetBudget(MIB), false)
    for (const piece of ['a\n', '\r', '\nb']) incoming.add(Buffer.from(piece))
    expect(incoming.whole().toString()).toBe('a\r\n\r\nb\r\n')
    incoming.add(Buffer.from('\0'))
    expect(incoming.failure).toBe('nul-octet')
  })

  test('may be empty', () => {
    const incoming = message(10, new OctetBudget(MIB))
    expect(incoming.whole()).toHaveLength(0)
    incoming.drop()
  })
})
