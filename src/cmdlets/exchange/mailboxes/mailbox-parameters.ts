import { optional } from '../../cmdlet.ts'
import { boolean, nullable, type ParameterType, text } from '../../parameter-type.ts'
import { byteQuantity } from '../byte-quantity.ts'
import { resultSize } from '../result-size.ts'

const custom = optional(nullable(text), 'A text of your own, by which scopes and filters choose mailboxes.')

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
  RequireSenderAuthenticationEnabled: optional(boolean, 'Whether mail to it has to be from its own organization.'),
  DeliverToMailboxAndForward: optional(boolean, 'Whether what is forwarded comes to the mailbox too.'),
  MessageCopyForSentAsEnabled: optional(boolean, 'Whether what others send as it is kept in its Sent Items.'),
  MessageCopyForSendOnBehalfEnabled: optional(
    boolean,
    'Whether what others send on its behalf is kept in its Sent Items.',
  ),
  MessageCopyForSMTPClientSubmissionEnabled: optional(
    nullable(boolean),
    'Whether what it sends over SMTP is kept in its Sent Items; $null is as the setting submission.save_sent says.',
  ),
  AuditEnabled: optional(boolean, 'Whether it is audited, which every mailbox is: kept and shown.'),
  LitigationHoldOwner: optional(nullable(text), 'Who put it on hold: kept and shown.'),
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
  MaxReceiveSize: optional(byteQuantity, 'The largest message that comes to it: a size such as 25MB, or Unlimited.'),
  RecipientLimits: optional(
    recipientLimit,
    'How many recipients a message that it sends may have; Unlimited is as the setting submission.recipients says.',
  ),
  ProhibitSendQuota: optional(byteQuantity, 'How much it holds when it may send no more.'),
  IssueWarningQuota: optional(byteQuantity, 'How much it holds when its owner is warned, by a notice in it.'),
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
