import { days, integer, settings } from '../../core/settings.ts'

export const auditSettings = settings({
  sign_in_days: days('How long the records of sign-ins are kept').or(30),
  sign_in_limit: integer(
    'How many records of sign-ins are kept for each tenant; the oldest go first',
    100,
    10_000_000,
  ).or(100_000),
})
