import { DAY, HOUR, isoTime, MINUTE, SECOND } from '../../core/time.ts'
import type { ParameterType } from '../parameter-type.ts'

/** How long, in milliseconds, as PowerShell writes it: `14.00:00:00`, or a number of days. */
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

/** As the module shows it; undefined is `Unlimited`. */
export function writtenSpan(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return 'Unlimited'
  const days = Math.floor(milliseconds / DAY)
  const clock = isoTime(milliseconds - days * DAY)
  return days > 0 ? `${days}.${clock}` : clock
}
