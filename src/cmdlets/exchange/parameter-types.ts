import { DAY, HOUR, isoTime, MINUTE, SECOND } from '../../core/time.ts'
import type { ParameterType } from '../parameter-type.ts'

const units: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 }
const LARGEST = 2 * 1024 ** 4

/** A size in octets in the form of the module: `50 GB`, `1048576`; `Unlimited` is Infinity. */
export const byteQuantity: ParameterType<number> = {
  shown: '<Unlimited>',
  expected: 'a size such as 50GB, from 1 byte to 2 TB, or Unlimited',
  nature: 'single',
  fromText(given) {
    if (given.toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY
    const [, number, unit] = /^(\d{1,13}(?:\.\d{1,6})?) ?([a-z]{0,2})$/i.exec(given.trim()) ?? []
    const octets = Math.floor(Number(number) * (units[unit?.toLowerCase() ?? ''] ?? Number.NaN))
    return octets >= 1 && octets <= LARGEST ? octets : undefined
  },
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? byteQuantity.fromText(String(value)) : undefined,
}

/** A size in the form of the module: `50 GB (53,687,091,200 bytes)`; undefined is `Unlimited`. */
export function writtenQuantity(octets: number | undefined): string {
  if (octets === undefined) return 'Unlimited'
  const unit = (['TB', 'GB', 'MB', 'KB'] as const).find((name) => octets >= units[name.toLowerCase()]!) ?? 'B'
  const number = Number((octets / units[unit.toLowerCase()]!).toPrecision(4))
  return `${number} ${unit} (${octets.toLocaleString('en')} bytes)`
}

const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/i
const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([ap])m)?)?$/i
/** How Windows PowerShell writes a date into JSON. */
const ticks = /^\/Date\((-?\d{1,14})\)\/$/

/** A time. Without a zone it is in UTC, as in Exchange. */
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

/** JavaScript would read the 30th of February as a day in March. */
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
  // JavaScript would read a day that the month does not have as one of the next month.
  return date.getUTCDate() === numbers[2] && date.getUTCMonth() === numbers[1] ? date : undefined
}

const valid = (date: Date): Date | undefined => (Number.isNaN(date.getTime()) ? undefined : date)

/** A duration in milliseconds, in the form of PowerShell: `14.00:00:00`, or a number of days. */
export const timeSpan: ParameterType<number> = {
  shown: '<EnhancedTimeSpan>',
  expected: 'a number of days, or a time such as 14.00:00:00',
  nature: 'single',
  fromText(given) {
    const text = given.trim()
    if (/^\d{1,5}$/.test(text)) return Number(text) * DAY
    const [, days = 0, hours, minutes, seconds] =
      /^(?:(\d{1,5})\.)?([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(text) ?? []
    if (hours === undefined) return undefined
    return Number(days) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND
  },
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? timeSpan.fromText(String(value)) : undefined,
}

/** A duration in the form of the module; undefined is `Unlimited`. */
export function writtenSpan(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return 'Unlimited'
  const days = Math.floor(milliseconds / DAY)
  const clock = isoTime(milliseconds - days * DAY)
  return days > 0 ? `${days}.${clock}` : clock
}

/** The requested number of objects: a number, or `Unlimited`, which is Infinity. */
export const resultSize: ParameterType<number> = {
  shown: '<Unlimited>',
  expected: 'a whole number from 1 to 2147483647, or Unlimited',
  nature: 'single',
  fromText(given) {
    if (given.toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY
    const value = /^\d{1,10}$/.test(given) ? Number(given) : 0
    return value >= 1 && value <= 2_147_483_647 ? value : undefined
  },
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? resultSize.fromText(String(value)) : undefined,
}

export const resultSizeMeaning = 'The maximum number of objects, or Unlimited (default: 1000).'
