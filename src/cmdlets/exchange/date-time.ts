import type { ParameterType } from '../parameter-type.ts'

const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i
const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([ap])m)?)?$/i
/** How Windows PowerShell writes a date into JSON. */
const ticks = /^\/Date\((-?\d{1,14})\)\/$/

/** A moment; without a zone it is in UTC, as Exchange takes it. */
export const dateTime: ParameterType<Date> = {
  shown: '<DateTime>',
  expected: 'a date, or a date and a time: 2026-11-24, 2026-11-24T08:00:00Z or 11/24/2026 8:00 AM',
  nature: 'single',
  fromText(given) {
    const text = given.trim()
    const [, milliseconds] = ticks.exec(text) ?? []
    if (milliseconds !== undefined) return valid(new Date(Number(milliseconds)))
    return iso.test(text) ? isoDate(text) : americanDate(text)
  },
  fromJson: (value) => (typeof value === 'string' ? dateTime.fromText(value) : undefined),
}

function isoDate(text: string): Date | undefined {
  if (!isDay(text.slice(0, 10))) return undefined
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text.slice(10))
  const time = text.length > 10
  return valid(new Date(time && !zoned ? `${text.replace(' ', 'T')}Z` : text.replace(' ', 'T')))
}

/** The 30th of February would be taken for a day in March. */
function isDay(text: string): boolean {
  const date = valid(new Date(text))
  return date?.toISOString().startsWith(text) === true
}

function americanDate(text: string): Date | undefined {
  const [, month, day, year, hours = '0', minutes = '0', seconds = '0', half] = american.exec(text) ?? []
  if (month === undefined) return undefined
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  const numbers = [Number(year), Number(month) - 1, Number(day), hour, Number(minutes), Number(seconds)] as const
  const date = new Date(Date.UTC(...numbers))
  // A day that the month does not have would be one of the next month's.
  return date.getUTCDate() === numbers[2] && date.getUTCMonth() === numbers[1] ? date : undefined
}

const valid = (date: Date): Date | undefined => (Number.isNaN(date.getTime()) ? undefined : date)
