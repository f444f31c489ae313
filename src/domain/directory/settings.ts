import { days, flag, integer, oneOf, secondsOf, settings, type SettingsOf } from '../../core/settings.ts'

/** The declared defaults, for callers without a server. */
export const directoryDefaults = {
  lockout_failures: 10,
  lockout_seconds: 60,
  audit_days: 30,
  lift_permanent_retirement: false,
  domain_verification: 'dns',
} as const

export const directorySettings = settings({
  domain_verification: oneOf(
    'How a tenant proves that it owns a further domain: with a TXT record in the DNS, or not at all',
    ['dns', 'none'],
  ).or(directoryDefaults.domain_verification),
  lockout_failures: integer('How many wrong passwords in a row lock an account', 1, 1000).or(
    directoryDefaults.lockout_failures,
  ),
  lockout_seconds: secondsOf(
    'How long they lock it; each further wrong one locks it for twice as long, up to an hour',
  ).or(directoryDefaults.lockout_seconds),
  audit_days: days('How long audit records of changes of the directory are kept').or(directoryDefaults.audit_days),
  lift_permanent_retirement: flag(
    'Whether a plan for the end of passwords may be removed after its cut-off date, when it is permanent otherwise',
  ).or(directoryDefaults.lift_permanent_retirement),
})

export type DirectorySettings = SettingsOf<typeof directorySettings>
