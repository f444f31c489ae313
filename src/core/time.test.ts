import { expect, it } from 'vitest'
import { isoDate, isoDateTime, isoSeconds, isoTime, mailDate } from './time.ts'

it('writes a time in UTC, as far as each form goes', () => {
  const at = Date.UTC(2026, 11, 3, 4, 42, 3, 999)
  expect([isoDateTime, isoSeconds, isoDate, isoTime, mailDate].map((format) => format(at))).toEqual([
    '2026-12-03T04:42:03.999Z',
    '2026-12-03T04:42:03Z',
    '2026-12-03',
    '04:42:03',
    'Thu, 03 Dec 2026 04:42:03 +0000',
  ])
})
