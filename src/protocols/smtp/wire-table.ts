import type { DeniedSenderWire, SwitchedOff, WireTable } from '../../access/types.ts'
import type { Profile } from '../../core/profile.ts'
import type { CheckName } from '../../domain/audit/types.ts'
import { isAboutMailbox } from '../line/sign-in.ts'
import { refusalNamed, replyTo } from './refusals.ts'

/**
 * The reply to a sign-in for each decision. As in POP3, the reply to AUTH reports every failed check: SMTP has no
 * session that is signed in without a mailbox.
 */
export const smtpWire = (profile: Profile, hostname: string): WireTable => tables[profile](hostname)

/** The standards profile refuses at MAIL, Exchange Online at the end of the message. */
export const deniedSenderWire =
  (profile: Profile, hostname: string): DeniedSenderWire =>
  (denied) =>
    replyTo(
      refusalNamed(profile === 'standards' ? 'not-your-address' : 'send-as-denied', denied),
      profile,
      hostname,
    ).trimEnd()

const tables: Readonly<Record<Profile, (hostname: string) => WireTable>> = {
  'exchange-online': (hostname) => (failed, _authentication, _sasl, switchedOff) => {
    if (failed === undefined) return '235 2.7.0 Authentication successful'
    if (switchedOff) return switchedOffAt[switchedOff](hostname)
    return failed === 'basicAuthentication'
      ? `535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [${hostname}]`
      : `535 5.7.3 Authentication unsuccessful [${hostname}]`
  },
  // RFC 4954 §6
  standards: (hostname) => (failed, _authentication, _sasl, switchedOff) => {
    if (failed === undefined) return '235 2.7.0 Signed in'
    if (switchedOff) return switchedOffAt[switchedOff](hostname)
    if (failed === 'basicAuthentication') return '534 5.7.9 Passwords are not accepted, use AUTH XOAUTH2'
    return isAboutCredential(failed) ? '535 5.7.8 Authentication failed' : '535 5.7.1 The mailbox cannot be opened'
  },
}

const submissionIsOff =
  (whose: 'Tenant' | 'Mailbox') =>
  (hostname: string): string =>
    `535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the ${whose}. Visit https://aka.ms/smtp_auth_disabled for more information. [${hostname}]`

/**
 * Programs look for these sentences: docs/reference/exchange-admin.md §10.4 whichever way they sign in, §10.3 with a
 * password.
 */
const switchedOffAt: Readonly<Record<SwitchedOff, (hostname: string) => string>> = {
  tenant: submissionIsOff('Tenant'),
  mailbox: submissionIsOff('Mailbox'),
  plan: () => '550 5.7.30 Basic authentication is not supported for Client Submission.',
}

/** Whether another token would help. */
const isAboutCredential = (failed: CheckName): boolean => !isAboutMailbox(failed) && failed !== 'managementScope'
