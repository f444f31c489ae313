import { DAY, MINUTE } from '../../core/time.ts'

/** How long each kind of authorization lasts, in milliseconds (docs/reference/identity.md §7.1 to §7.3). */
export const lifetimes = {
  code: 10 * MINUTE,
  deviceCode: 15 * MINUTE,
  session: DAY,
  /** A refresh token ends when no client used it for this long. */
  unusedRefreshToken: 90 * DAY,
  /** A single-page application's refresh tokens end this long after the sign-in. */
  singlePageRefreshToken: DAY,
} as const
