import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateOf, dateText, flagNames, newMessage } from './new-message.ts'

const bytes = Buffer.from('')

describe('flags of a message on its way in', () => {
  it('are system flags in any case, and keywords once each', () => {
    const { flags } = newMessage({ bytes, flags: ['\\SEEN', '\\flagged', '$Work', '$work', 'a'] })
    expect(flags.system).toBe(1 | 4)
    expect(flags.keywords.map((it) => it.toLowerCase())).toEqual(['$work', 'a'])
    expect(flagNames(flags).slice(0, 2)).toEqual(['\\Seen', '\\Flagged'])
  })

  it.each(['\\Recent', 'a b', '', '(', 'ä', '"x"', 'x'.repeat(101)])('are refused when one is %j', (flag) => {
    expect(() => newMessage({ bytes, flags: [flag] })).toThrow(/is no flag/)
  })

  it('are bounded in number', () => {
    expect(() => newMessage({ bytes, flags: Array.from({ length: 101 }, (_, n) => `k${n}`) })).toThrow(/too many/)
  })
})

describe('the date of a message on its way in', () => {
  it.each([
    ['2026-11-24T08:00:00Z', { at: Date.UTC(2026, 10, 24, 8), zone: 0 }],
    ['2026-11-24T08:00:00+05:30', { at: Date.UTC(2026, 10, 24, 2, 30), zone: 330 }],
    ['2026-11-24T08:00:00-08:00', { at: Date.UTC(2026, 10, 24, 16), zone: -480 }],
  ])('%s', (text, date) => {
    expect(dateOf(text)).toEqual(date)
  })

  it.each(['', 'yesterday', '2026-11-24', '2026-11-24T08:00:00', '2026-13-24T08:00:00Z', '24 Nov 2026 08:00 +0000'])(
    '%j is none',
    (text) => {
      expect(() => dateOf(text)).toThrow(/RFC 3339/)
    },
  )

  it('is written as it is read', () => {
    const second = fc.integer({ min: 0, max: Date.UTC(9998, 0) / 1000 })
    fc.assert(
      fc.property(second, fc.integer({ min: -14 * 60, max: 14 * 60 }), (seconds, zone) => {
        const date = { at: seconds * 1000, zone }
        expect(dateOf(dateText(date))).toEqual(date)
      }),
    )
  })
})
