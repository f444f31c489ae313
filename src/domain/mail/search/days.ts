const DAY = 86_400_000
const MINUTE = 60_000

/** RFC 9051 §6.4.4: time and zone are disregarded, so it is the day that its writer saw on the calendar. Days since 1970. */
export const dayOf = ({ at, zone }: { readonly at: number; readonly zone: number }): number =>
  Math.floor((at + zone * MINUTE) / DAY)

/** The same of a day that is given as `YYYY-MM-DD`. */
export function dayNamed(day: string): number {
  const [year, month, date] = day.split('-').map(Number)
  // Date.UTC takes years below 100 for others.
  return Math.floor(new Date(0).setUTCFullYear(year!, month! - 1, date) / DAY)
}

/** Days from the first up to and including the last. */
export interface DayRange {
  readonly first: number
  readonly last: number
}

export function daysOf(key: 'before' | 'on' | 'since', name: string): DayRange {
  const day = dayNamed(name)
  if (key === 'on') return { first: day, last: day }
  return key === 'before' ? { first: -Infinity, last: day - 1 } : { first: day, last: Infinity }
}

export const within = ({ first, last }: DayRange, day: number): boolean => day >= first && day <= last
