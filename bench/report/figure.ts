import type { Spread } from '../measure/statistics.ts'

/** Three digits that count, as people write them. */
export function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  if (value >= 100) return value.toFixed(0)
  if (value >= 10) return value.toFixed(1)
  if (value >= 1) return value.toFixed(2)
  return value === 0 ? '0' : value.toFixed(Math.min(6, 2 - Math.floor(Math.log10(value))))
}

/** The median, with the ends where there is more than one round. */
export const spread = ({ median, min, max }: Spread): string =>
  min === max ? figure(median) : `${figure(median)} [${figure(min)}..${figure(max)}]`
