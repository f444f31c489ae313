import { wrongParameters } from '../refusals.ts'

const DAY = 86_400_000
const DEFAULT = 2 * DAY
const LONGEST = 10 * DAY

interface Span {
  readonly from: number
  readonly until: number
}

/** contract/exchange-admin §8: the last 48 hours unless said, ten days at most, and none that began more days ago. */
export function spanOf(given: { StartDate?: Date; EndDate?: Date }, now: number, mostDaysAgo: number): Span {
  const until = given.EndDate?.getTime() ?? now
  const from = given.StartDate?.getTime() ?? until - DEFAULT
  if (from > until) wrongParameters('The StartDate has to be before the EndDate.')
  // Whole days count, and a second more is nothing.
  if (Math.floor(now / DAY) - Math.floor(from / DAY) > mostDaysAgo) {
    wrongParameters(`Invalid StartDate value. The StartDate can't be older than ${mostDaysAgo} days from today.`)
  }
  if (until - from > LONGEST + 1000) {
    wrongParameters(
      "The interval between StartDate and EndDate can't be longer than 10 days.",
      'System.ArgumentException',
    )
  }
  return { from, until }
}
