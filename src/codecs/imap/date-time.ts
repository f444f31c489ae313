import { MINUTE } from '../../core/time.ts'
import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'

/** A moment in milliseconds since the epoch, and the offset from UTC in minutes that it was given with. */
export interface DateTime {
  readonly at: number
  readonly zone: number
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const dateShape = /("?)(\d{1,2})-([A-Za-z]{3})-(\d{4})\1/y
const dateTimeShape = /^([ \d]?\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/

/** RFC 3501 §9 `date`, with or without quotes: a day as `YYYY-MM-DD`. */
export function readDate(reader: ImapReader): string {
  const found = reader.match(dateShape) ?? refuse('bad-syntax', 'Expected a date')
  const [, , day, month, year] = found
  const number = monthNumber(month!)
  checkDay(Number(day), number, Number(year))
  return `${year}-${two(number + 1)}-${two(Number(day))}`
}

/** RFC 3501 §9 `date-time`. */
export function readDateTime(reader: ImapReader): DateTime {
  const found = dateTimeShape.exec(reader.quoted()) ?? refuse('bad-syntax', 'Expected a date and time')
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((group) => Number(found[group])) as Numbers
  const month = monthNumber(found[2]!)
  checkDay(day, month, year)
  const [zoneHours, zoneMinutes] = [Number(found[8]), Number(found[9])]
  // RFC 3501 leaves second 60 to leap seconds.
  if (hour > 23 || minute > 59 || second > 60 || zoneHours > 23 || zoneMinutes > 59)
    refuse('bad-syntax', 'No such time')
  const zone = (found[7] === '-' ? -1 : 1) * (zoneHours * 60 + zoneMinutes)
  const local = new Date(0).setUTCFullYear(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000
  return { at: local - zone * MINUTE, zone: zone || 0 }
}

type Numbers = [number, number, number, number, number]

/** RFC 3501 §9 `date-time` with its quotes: the day is padded with a space. */
export function writeDateTime({ at, zone }: DateTime): string {
  const local = new Date(at + zone * MINUTE)
  const day = String(local.getUTCDate()).padStart(2, ' ')
  const year = String(local.getUTCFullYear()).padStart(4, '0')
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(':')
  const offset = Math.abs(zone)
  const written = `${zone < 0 ? '-' : '+'}${two(Math.floor(offset / 60))}${two(offset % 60)}`
  return `"${day}-${months[local.getUTCMonth()]}-${year} ${time} ${written}"`
}

const two = (value: number): string => String(value).padStart(2, '0')

function monthNumber(name: string): number {
  const at = months.findIndex((month) => month.toUpperCase() === name.toUpperCase())
  return at >= 0 ? at : refuse('bad-syntax', 'No such month')
}

function checkDay(day: number, month: number, year: number): void {
  const last = new Date(Date.UTC(2000 + (year % 400), month + 1, 0)).getUTCDate()
  if (day < 1 || day > last) refuse('bad-syntax', 'No such day')
}
