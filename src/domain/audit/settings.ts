import { days, integer, settings } from '../../core/settings.ts'

export const auditSettings = settings({
  sign_in_days: days('How long the records of sign-ins are kept').or(30),
  sign_in_limit: integer(
    'How many records of sign-ins are kept for each tenant; the oldest go first',
    100,
    10_000_000,
  ).or(100_000),
  use_days: days('How long it is kept who signed in to mailboxes on which day, by which protocol and how often').or(90),
  use_rows_per_day: integer(
    'How many kinds of such sign-ins are told apart on one day of a tenant; the others are counted together',
    100,
    1_000_000,
  ).or(10_000),
})

export const messageTraceSettings = settings({
  days: days('How long it is kept what became of each message').or(90),
  limit: integer(
    'How many such records, one for each recipient of a message, are kept for each tenant; the oldest go first',
    100,
    100_000_000,
  ).or(1_000_000),
})
