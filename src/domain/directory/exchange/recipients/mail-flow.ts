import type { Guid } from '../../../../core/ids.ts'
import { guidsOf, type StoredSettings, numberOf, textOf } from '../mailboxes/kept-settings.ts'
import { type DeliverySettings, deliveryOf } from './delivery.ts'

/** docs/reference/exchange-admin.md §3.2: the settings of a mailbox for incoming and outgoing mail. */
export interface MailFlow {
  /** A recipient of the tenant, by the id of its user or by its Guid; overrides {@link forwardToAddress}. */
  readonly forwardTo: Guid | undefined
  readonly forwardToAddress: string | undefined
  /** Whether forwarded mail is also delivered to the mailbox. */
  readonly keepsForwarded: boolean
  /** The ids of the users and groups that can send on its behalf. */
  readonly onBehalf: readonly Guid[]
  /** The maximum message size in octets; undefined if the mailbox has no limit of its own. */
  readonly maxSend: number | undefined
  /** The maximum number of recipients of a message; undefined uses the server's limit. */
  readonly recipientLimit: number | undefined
  readonly delivery: DeliverySettings
  /** The size in octets from which the mailbox can no longer send. */
  readonly sendQuota: number | undefined
  /** The size in octets from which the owner gets a warning. */
  readonly warningQuota: number | undefined
  /** Whether messages that others send as the mailbox, or on its behalf, are saved in its Sent Items. */
  readonly copiesSentAs: boolean
  readonly copiesOnBehalf: boolean
  /** Whether messages submitted over SMTP are saved too; undefined uses the server's setting. */
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
