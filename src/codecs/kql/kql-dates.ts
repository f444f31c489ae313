/** A span of time in milliseconds since the epoch; the end is not included. */
export interface TimeSpan {
  readonly from: number
  readonly before: number
}

const DAY = 86_400_000
const SECOND = 1000

/**
 * The time that a date of a query means: the day of `2026-12-03` or `12/3/2026` (month first), the second of
 * `2026-12-03T10:00:00Z`, or a span such as `yesterday`. All in UTC, and weeks begin on Sunday. Undefined for a text
 * that is no date.
 */
export function timeSpanOf(text: string, now: number): TimeSpan | undefined {
  const name = text.trim().toLowerCase()
  return named(name, now) ?? dayOf(name) ?? instantOf(name)
}

function dayOf(text: string): TimeSpan | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (iso) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text)
  return american ? day(Number(american[3]), Number(american[1]), Number(american[2])) : undefined
}

/** Undefined for a day that the calendar does not have. */
function day(year: number, month: number, date: number): TimeSpan | undefined {
  const from = Date.UTC(year, month - 1, date)
  const made = new Date(from)
  const isReal = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === date
  return isReal ? { from, before: from + DAY } : undefined
}

function instantOf(text: string): TimeSpan | undefined {
  if (!/^\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d(\.\d{1,9})?)?(z|[+-]\d\d:\d\d)?$/.test(text)) return undefined
  const at = Date.parse((/(z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}z`).toUpperCase())
  if (Number.isNaN(at)) return undefined
  const from = Math.floor(at / SECOND) * SECOND
  return { from, before: from + SECOND }
}

const span = (from: number, before: number): TimeSpan => ({ from, before })

/** The spans that KQL names; a name with spaces stands in quotes. */
function named(name: string, now: number): TimeSpan | undefined {
  const at = new Date(now)
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  switch (name) {
    case 'today':
      return span(Date.UTC(year, month, date), Date.UTC(year, month, date + 1))
    case 'yesterday':
      return span(Date.UTC(year, month, date - 1), Date.UTC(year, month, date))
    case 'this week': {
      const sunday = date - at.getUTCDay()
      return span(Date.UTC(year, month, sunday), Date.UTC(year, month, sunday + 7))
    }
    case 'this month':
      return span(Date.UTC(year, month), Date.UTC(year, month + 1))
    case 'last month':
      return span(Date.UTC(year, month - 1), Date.UTC(year, month))
    case 'this year':
      return span(Date.UTC(year, 0), Date.UTC(year + 1, 0))
    case 'last year':
      return span(Date.UTC(year - 1, 0), Date.UTC(year, 0))
    default:
      return undefined
  }
}
