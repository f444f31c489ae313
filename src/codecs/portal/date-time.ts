import { MINUTE } from '../../core/duration.ts'
import { refuse } from '../../core/refusal.ts'

/** A point in time, and the offset from UTC in minutes for its written form. */
export interface ZonedMoment {
  readonly at: number
  readonly zone: number
}

/** RFC 3339 §5.6; written in whole seconds. */
export function readDateTime(text: string): ZonedMoment {
  const zone = /(?:(Z)|([+-])(\d\d):(\d\d))$/i.exec(text)
  const at = /^\d{4}-\d\d-\d\dT/i.test(text) ? Date.parse(text) : Number.NaN
  if (!zone || Number.isNaN(at)) return refuse('bad-syntax', `'${text.slice(0, 60)}' is no date and time of RFC 3339.`)
  const minutes = zone[1] ? 0 : Number(zone[3]) * 60 + Number(zone[4])
  return { at, zone: zone[2] === '-' ? -minutes : minutes }
}

export const writeDateTime = ({ at, zone }: ZonedMoment): string => {
  const sign = zone < 0 ? '-' : '+'
  const local = new Date(at + zone * MINUTE).toISOString().slice(0, 19)
  return `${local}${sign}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`
}

const two = (value: number): string => String(value).padStart(2, '0')
