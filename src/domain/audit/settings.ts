import { days, integer, settings } from '../../core/settings.ts'

export const auditSettings = settings({
  sign_in_days: days('How long the records of sign-ins are kept').or(30),
  sign_in_limit: integer(
    'How many records of sign-ins are kept for each tenant; the oldest go first',
    100,
    10_000_000,
  ).or(100_000),
  use_days: days('How long the daily counts of sign-ins to mailboxes are kept').or(90),
  use_rows_per_day: integer(
    'Maximum number of such counts for one day of a tenant; further sign-ins share one count',
    100,
    1_000_000,
  ).or(10_000),
})

export const messageTraceSettings = settings({
  days: days('How long message traces are kept').or(90),
  limit: integer(
    'How many such records, one for each recipient of a message, are kept for each tenant; the oldest go first',
    100,
    100_000_000,
  ).or(1_000_000),
})
