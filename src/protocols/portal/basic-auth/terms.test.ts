import { describe, expect, it } from 'vitest'
import { changeFrom } from './terms.ts'

const read = (terms: object) => changeFrom(Buffer.from(JSON.stringify(terms)))

describe('a date of a plan', () => {
  it.each([
    ['2026-12-01', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01T08:00', '2026-12-01T08:00:00.000Z'],
    ['2026-12-01 08:00:30', '2026-12-01T08:00:30.000Z'],
    ['2026-12-01T08:00:00+09:00', '2026-11-30T23:00:00.000Z'],
  ])('%s is %s wherever the server stands', (given, moment) => {
    const at = Date.parse(moment)
    expect(read({ imap: given, cutOff: given, brownOuts: [{ start: given, minutes: 5 }] })).toEqual({
      dates: { Imap: at },
      cutOff: at,
      brownOuts: [{ start: at, minutes: 5 }],
    })
  })

  it.each(['12', 'December 1', '2026', 'Tue, 01 Dec 2026 08:00 EST', '', 1_796_083_200_000, null])(
    '%j is refused, and no protocol is retired',
    (given) => {
      expect(() => read({ imap: given })).toThrow('A date is missing, or not of its form.')
    },
  )
})
