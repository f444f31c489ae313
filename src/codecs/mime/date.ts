import { MINUTE } from '../../core/time.ts'
import { trimBlanks } from './header.ts'
import { HeaderScanner } from './scanner.ts'

/** A point in time in milliseconds since the epoch, and the offset from UTC in minutes of its written form. */
export interface MailDate {
  readonly at: number
  readonly zone: number
}

/** Longer than any real date. */
const LONGEST = 200

/**
 * Reads a date of RFC 5322 §3.3, with obsolete years and zones (§4.3), or in the order of C's asctime, which some
 * programs write. Undefined for an invalid date.
 */
export function parseDate(octets: string): MailDate | undefined {
  const text = withoutComments(octets.slice(0, LONGEST))
  const found = dateShape.exec(text) ?? asctimeShape.exec(text)
  if (!found?.groups) return undefined
  const { day, month, year, hour, minute, second = '0', zone = '' } = found.groups
  const monthNumber = months.indexOf(month!.toLowerCase())
  const offset = readZone(zone)
  if (monthNumber < 0 || offset === undefined) return undefined
  const fields = [fullYear(year!), monthNumber, Number(day), Number(hour), Number(minute), Number(second)] as const
  return isTime(fields) ? { at: moment(fields) - offset * MINUTE, zone: offset } : undefined
}

type Fields = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number]

function moment([year, month, day, hour, minute, second]: Fields): number {
  // Date.UTC maps years below 100 to other years.
  const midnight = new Date(0).setUTCFullYear(year, month, day)
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000
}

function isTime([year, month, day, hour, minute, second]: Fields): boolean {
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month + 1, 0)).getUTCDate()
  return day >= 1 && day <= lastDay && hour <= 23 && minute <= 59 && second <= 60
}

/** RFC 5322 §4.3: two digits mean 1950 to 2049, three count from 1900. */
function fullYear(text: string): number {
  const year = Number(text)
  if (text.length > 3) return year
  return text.length === 2 && year < 50 ? 2000 + year : 1900 + year
}

/** RFC 5322 §4.3: ambiguous and unknown zone names mean UTC. */
function readZone(text: string): number | undefined {
  const numeric = /^(?:utc?|gmt)?([+-])(\d\d):?(\d\d)\b/i.exec(text)
  if (!numeric) return zones.get(text.slice(0, 3).toLowerCase()) ?? 0
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3])
  if (Number(numeric[3]) > 59) return undefined
  return numeric[1] === '-' && minutes > 0 ? -minutes : minutes
}

function withoutComments(octets: string): string {
  const scanner = new HeaderScanner(octets)
  let text = ''
  while (!scanner.done) {
    if (scanner.skipBlanks()) text += ' '
    text += scanner.run(wordShape)
  }
  return trimBlanks(text)
}

const wordShape = /[^ \t\r\n(]+/y
const time = '(?<hour>\\d{1,2}) ?[:.] ?(?<minute>\\d\\d)(?: ?[:.] ?(?<second>\\d\\d))?(?:[.,]\\d+)?'
const dateShape = new RegExp(
  `^(?:[a-z]+[.,]* *)?(?<day>\\d{1,2})[ -]*(?<month>[a-z]{3})[a-z]*[., -]*(?<year>\\d{2,4})[ ,]+${time} ?(?<zone>\\S*)`,
  'i',
)
const asctimeShape = new RegExp(
  `^[a-z]+,? (?<month>[a-z]{3})[a-z]* (?<day>\\d{1,2}),? ${time} (?:(?<zone>[a-z+-][\\w+-]*) )?(?<year>\\d{4})$`,
  'i',
)
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const zones: ReadonlyMap<string, number> = new Map([
  ['edt', -4 * 60],
  ['est', -5 * 60],
  ['cdt', -5 * 60],
  ['cst', -6 * 60],
  ['mdt', -6 * 60],
  ['mst', -7 * 60],
  ['pdt', -7 * 60],
  ['pst', -8 * 60],
])
