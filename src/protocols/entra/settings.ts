import { integer, settings } from '../../core/settings.ts'

/** The token service's settings. */
export const entraSettings = settings({
  access_token_minutes: integer(
    'How long an access token is good. Libraries renew five minutes early, so less than that would never be used',
    10,
    1440,
  ).or(60),
  assertion_skew_seconds: integer(
    "How far a client's clock may be off when it signs an assertion with its certificate",
    0,
    3600,
  ).or(300),
})
