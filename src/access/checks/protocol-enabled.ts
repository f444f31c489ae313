import type { Directory, MailboxRecord } from '../../domain/directory/types.ts'
import { enableProtocol, enableSubmission, enableSubmissionForAll } from '../records/command-line.ts'
import { failed, type CheckResult, type CheckOfDecision, type MailSubject, passed } from './check.ts'
import { theMailbox } from './mailbox.ts'

/** The mailbox's own switch for the protocol (docs/reference/exchange-admin.md §3.3). */
export const protocolEnabled: CheckOfDecision<MailSubject> = {
  name: 'protocolEnabled',
  async judge(subject) {
    const mailbox = await theMailbox(subject)
    const { primarySmtpAddress: address, imapEnabled, popEnabled } = mailbox
    const { protocol } = subject
    if (protocol === 'smtp') return submissionEnabled(subject.directory, mailbox)
    const [on, parameter, protocolName] =
      protocol === 'imap'
        ? ([imapEnabled, 'ImapEnabled', 'IMAP4'] as const)
        : ([popEnabled, 'PopEnabled', 'POP3'] as const)
    return on
      ? passed(`${protocolName} is on for the mailbox ${address}.`)
      : failed(
          `${protocolName} is off for the mailbox ${address}: ${parameter} is false.`,
          enableProtocol(address, parameter),
        )
  },
}

/**
 * docs/reference/exchange-admin.md §3.3, §3.4: the mailbox's setting has precedence over the tenant's, for tokens and
 * for passwords.
 */
async function submissionEnabled({ organization }: Directory, mailbox: MailboxRecord): Promise<CheckResult> {
  const { primarySmtpAddress: address, smtpClientAuthenticationDisabled: own } = mailbox
  if (own === false) return passed(`SMTP is on for the mailbox ${address}, whatever holds for the tenant.`)
  if (own) {
    const evidence = `SMTP is off for the mailbox ${address}: its SmtpClientAuthenticationDisabled is true.`
    return { ok: false, evidence, fix: [enableSubmission(address)], switchedOff: 'mailbox' }
  }
  if (!(await organization.of(mailbox.tenant)).smtpClientAuthenticationDisabled) {
    return passed(`SMTP is on for the tenant, and the mailbox ${address} does not say otherwise.`)
  }
  const evidence = `SMTP is off for the tenant: SmtpClientAuthenticationDisabled is true, and that of the mailbox ${address} is not set.`
  return {
    ok: false,
    evidence,
    fix: [enableSubmission(address), enableSubmissionForAll()],
    switchedOff: 'tenant',
  }
}
