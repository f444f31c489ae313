import type { Guid } from '../../../../core/ids.ts'
import { guidsOf, type StoredSettings, numberOf, textOf } from '../mailboxes/kept-settings.ts'
import { type DeliverySettings, deliveryOf } from './delivery.ts'

/** docs/reference/exchange-admin.md §3.2: what a mailbox says about mail that comes to it and goes out from it. */
export interface MailFlow {
  /** A recipient of the tenant, by the id of its user or by its Guid; it goes before {@link forwardToAddress}. */
  readonly forwardTo: Guid | undefined
  readonly forwardToAddress: string | undefined
  /** Whether what is forwarded comes to the mailbox too. */
  readonly keepsForwarded: boolean
  /** Who may send on its behalf: users and groups by their ids. */
  readonly onBehalf: readonly Guid[]
  /** Octets of a message; undefined for no limit of its own. */
  readonly maxSend: number | undefined
  /** How many recipients a message may have; undefined is as the server says. */
  readonly recipientLimit: number | undefined
  readonly delivery: DeliverySettings
  /** How many octets it holds when it sends no more. */
  readonly sendQuota: number | undefined
  /** And when its owner is warned of that. */
  readonly warningQuota: number | undefined
  /** Whether what others send as it, or on its behalf, is kept among what it sent. */
  readonly copiesSentAs: boolean
  readonly copiesOnBehalf: boolean
  /** Whether what it submits over SMTP is; undefined is as the server says. */
  readonly copiesSubmitted: boolean | undefined
}

export const mailFlowOf = (settings: StoredSettings): MailFlow => ({
  forwardTo: textOf(settings.ForwardingAddress) as Guid | undefined,
  forwardToAddress: textOf(settings.ForwardingSmtpAddress),
  keepsForwarded: settings.DeliverToMailboxAndForward === true,
  onBehalf: guidsOf(settings.GrantSendOnBehalfTo),
  maxSend: numberOf(settings.MaxSendSize),
  recipientLimit: numberOf(settings.RecipientLimits),
  delivery: deliveryOf(settings, 'mailbox'),
  sendQuota: numberOf(settings.ProhibitSendQuota),
  warningQuota: numberOf(settings.IssueWarningQuota),
  copiesSentAs: settings.MessageCopyForSentAsEnabled === true,
  copiesOnBehalf: settings.MessageCopyForSendOnBehalfEnabled === true,
  copiesSubmitted:
    typeof settings.MessageCopyForSMTPClientSubmissionEnabled === 'boolean'
      ? settings.MessageCopyForSMTPClientSubmissionEnabled
      : undefined,
})
