import { optional } from '../../cmdlet.ts'
import { boolean, nullable, type ParameterType, text } from '../../parameter-type.ts'
import { byteQuantity } from '../byte-quantity.ts'
import { resultSize } from '../result-size.ts'

const custom = optional(nullable(text), 'A text of your own that scopes and filters can use.')

/** docs/reference/protocols.md §2.6: as many as Exchange Online lets an administrator set. */
const MOST_RECIPIENTS = 1000

const recipientLimit: ParameterType<number> = {
  ...resultSize,
  expected: `a whole number from 1 to ${MOST_RECIPIENTS}, or Unlimited`,
  fromText: (given) => allowed(resultSize.fromText(given)),
  fromJson: (value) => allowed(resultSize.fromJson(value)),
}

const allowed = (limit: number | undefined): number | undefined =>
  limit === undefined || (limit > MOST_RECIPIENTS && Number.isFinite(limit)) ? undefined : limit

/** Settings that `Set-Mailbox` stores and shows as given. */
export const mailboxParameters = {
  HiddenFromAddressListsEnabled: optional(boolean, 'Whether address lists hide it; stored and shown, without effect.'),
  RequireSenderAuthenticationEnabled: optional(boolean, 'Accepts mail only from its own organization.'),
  DeliverToMailboxAndForward: optional(boolean, 'Whether forwarded mail is also delivered to the mailbox.'),
  MessageCopyForSentAsEnabled: optional(
    boolean,
    'Whether its Sent Items get a copy of messages that others send as it.',
  ),
  MessageCopyForSendOnBehalfEnabled: optional(
    boolean,
    'Whether its Sent Items get a copy of messages that others send on its behalf.',
  ),
  MessageCopyForSMTPClientSubmissionEnabled: optional(
    nullable(boolean),
    'Whether its Sent Items get a copy of messages that it sends over SMTP; $null follows the setting submission.save_sent.',
  ),
  AuditEnabled: optional(boolean, 'Whether it is audited; stored and shown, without effect: every mailbox is audited.'),
  LitigationHoldOwner: optional(nullable(text), 'Who put it on hold; stored and shown.'),
  CustomAttribute1: custom,
  CustomAttribute2: custom,
  CustomAttribute3: custom,
  CustomAttribute4: custom,
  CustomAttribute5: custom,
  CustomAttribute6: custom,
  CustomAttribute7: custom,
  CustomAttribute8: custom,
  CustomAttribute9: custom,
  CustomAttribute10: custom,
  CustomAttribute11: custom,
  CustomAttribute12: custom,
  CustomAttribute13: custom,
  CustomAttribute14: custom,
  CustomAttribute15: custom,
} as const

/** Limits that are kept with it. */
export const mailboxLimits = {
  MaxSendSize: optional(byteQuantity, 'The largest message that it sends: a size such as 25MB, or Unlimited.'),
  MaxReceiveSize: optional(byteQuantity, 'The largest message that it accepts: a size such as 25MB, or Unlimited.'),
  RecipientLimits: optional(
    recipientLimit,
    'The maximum number of recipients of a message that it sends; Unlimited follows the setting submission.recipients.',
  ),
  ProhibitSendQuota: optional(byteQuantity, 'The size at which it can send no more.'),
  IssueWarningQuota: optional(byteQuantity, 'The size at which its owner gets a warning in the mailbox.'),
} as const

type Initial = boolean | string | null

/** As they are in the beginning. */
export const mailboxInitial: Readonly<Record<keyof typeof mailboxParameters, Initial>> = {
  HiddenFromAddressListsEnabled: false,
  RequireSenderAuthenticationEnabled: false,
  DeliverToMailboxAndForward: false,
  MessageCopyForSentAsEnabled: false,
  MessageCopyForSendOnBehalfEnabled: false,
  MessageCopyForSMTPClientSubmissionEnabled: null,
  AuditEnabled: true,
  LitigationHoldOwner: '',
  CustomAttribute1: '',
  CustomAttribute2: '',
  CustomAttribute3: '',
  CustomAttribute4: '',
  CustomAttribute5: '',
  CustomAttribute6: '',
  CustomAttribute7: '',
  CustomAttribute8: '',
  CustomAttribute9: '',
  CustomAttribute10: '',
  CustomAttribute11: '',
  CustomAttribute12: '',
  CustomAttribute13: '',
  CustomAttribute14: '',
  CustomAttribute15: '',
}
