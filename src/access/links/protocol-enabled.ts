import { enableProtocol } from '../command-line.ts'
import { failed, type LinkOfDecision, type MailSubject, passed } from './link.ts'
import { theMailbox } from './mailbox.ts'

/** The mailbox's own switch for the protocol (contract/exchange-admin §3.3). */
export const protocolEnabled: LinkOfDecision<MailSubject> = {
  name: 'protocolEnabled',
  async judge(subject) {
    const { primarySmtpAddress: address, imapEnabled, popEnabled } = await theMailbox(subject)
    const { protocol } = subject
    if (protocol === 'smtp') return passed('Submission has no switch of its own on a mailbox.')
    const [on, parameter, spoken] =
      protocol === 'imap'
        ? ([imapEnabled, 'ImapEnabled', 'IMAP4'] as const)
        : ([popEnabled, 'PopEnabled', 'POP3'] as const)
    return on
      ? passed(`${spoken} is on for the mailbox ${address}.`)
      : failed(
          `${spoken} is off for the mailbox ${address}: ${parameter} is false.`,
          enableProtocol(address, parameter),
        )
  },
}
