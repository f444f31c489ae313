/** RFC 3339 in UTC, with milliseconds: `2026-12-03T04:42:03.000Z`. */
export const isoDateTime = (at: number): string => new Date(at).toISOString()

/** RFC 3339 in UTC, in whole seconds: `2026-12-03T04:42:03Z`. */
export const isoSeconds = (at: number): string => `${isoDateTime(at).slice(0, 19)}Z`

/** The day in UTC: `2026-12-03`. */
export const isoDate = (at: number): string => isoDateTime(at).slice(0, 10)

/** The time of day in UTC: `04:42:03`. */
export const isoTime = (at: number): string => isoDateTime(at).slice(11, 19)

/** RFC 5322 §3.3 in UTC: `Thu, 03 Dec 2026 04:42:03 +0000`. */
export const mailDate = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000')

/** Durations in milliseconds. */
export const SECOND = 1000
export const MINUTE: number = 60 * SECOND
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR
