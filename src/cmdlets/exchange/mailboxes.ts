import { commandLine } from '../../core/command-line.ts'
import { DAY } from '../../core/time.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, choice, nullable, type ParameterType, secret, switched, text } from '../parameter-type.ts'
import { absentKinds, choosing } from './choosing.ts'
import { mailboxColumns } from './columns.ts'
import { senderLists } from './delivery-parameters.ts'
import { listChange } from './list-change.ts'
import { byteQuantity, resultSize, timeSpan } from './parameter-types.ts'

const custom = optional(nullable(text), 'A text of your own that scopes and filters can use.')

/** docs/reference/protocols.md §2.6: the maximum that Exchange Online lets an administrator set. */
const MOST_RECIPIENTS = 1000

const recipientLimit: ParameterType<number> = {
  ...resultSize,
  expected: `a whole number from 1 to ${MOST_RECIPIENTS}, or Unlimited`,
  fromText: (given) => allowed(resultSize.fromText(given)),
  fromJson: (value) => allowed(resultSize.fromJson(value)),
}

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

const holdDuration: ParameterType<number> = {
  ...timeSpan,
  shown: '<Unlimited>',
  expected: `${timeSpan.expected}, or Unlimited`,
  fromText: (given) => (/^unlimited$/i.test(given.trim()) ? Number.POSITIVE_INFINITY : timeSpan.fromText(given)),
  fromJson: (value) =>
    typeof value === 'string' || typeof value === 'number' ? holdDuration.fromText(String(value)) : undefined,
}

/** The maximum of Exchange Online: a month. */
const retention: ParameterType<number> = {
  ...timeSpan,
  expected: `${timeSpan.expected}, up to 30 days`,
  fromText: (given) => aMonthAtMost(timeSpan.fromText(given)),
  fromJson: (value) => aMonthAtMost(timeSpan.fromJson(value)),
}

/** Whether deleted items of a mailbox are kept, for Get-RecoverableItems and Restore-RecoverableItems. */
export const keepSwitches = {
  LitigationHoldEnabled: optional(boolean, 'Keeps deleted messages for LitigationHoldDuration.'),
  SingleItemRecoveryEnabled: optional(
    boolean,
    'Keeps deleted messages for RetainDeletedItemsFor, also without a hold.',
  ),
} as const

/** How long they are kept. */
export const keepLimits = {
  LitigationHoldDuration: optional(
    holdDuration,
    'How long a hold keeps a deleted message, counted from its arrival: days, a time such as 90.00:00:00, or Unlimited.',
  ),
  RetainDeletedItemsFor: optional(
    retention,
    'How long a deleted message is kept, counted from its deletion: days, or a time such as 14.00:00:00 (the default).',
  ),
} as const

export const getMailbox = exchangeCmdlet({
  name: 'Get-Mailbox',
  synopsis: 'Lists mailboxes, or one.',
  parameters: {
    Identity: optional(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    ...choosing,
    SoftDeletedMailbox: optional(switched, 'Only soft-deleted mailboxes, which are kept for 30 days.'),
    ...absentKinds,
    InactiveMailboxOnly: optional(switched, 'Only inactive mailboxes: removed while on hold.'),
    IncludeInactiveMailbox: optional(switched, 'Also inactive mailboxes.'),
  },
  columns: mailboxColumns,
  names: 'Identity',
})

export const disableMailbox = exchangeCmdlet({
  name: 'Disable-Mailbox',
  synopsis: 'Removes the mailbox of a user; the user stays. Enable-Mailbox restores it within 30 days.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity }) => `${commandLine('Enable-Mailbox', { Identity })}  # within 30 days`,
})

export const enableMailbox = exchangeCmdlet({
  name: 'Enable-Mailbox',
  synopsis: 'Gives a user a mailbox: the one that Disable-Mailbox removed within 30 days, or a new one.',
  parameters: {
    Identity: mandatory(text, 'The user: userPrincipalName or id.', { position: 0 }),
    Alias: optional(text, "The unique name of a new mailbox (default: the user's mail nickname)."),
    PrimarySmtpAddress: optional(text, 'The address of a new mailbox (default: the user principal name).'),
    Force: optional(switched, 'Accepted, without effect: the cmdlet asks nothing.'),
  },
  columns: mailboxColumns,
})

export const newMailbox = exchangeCmdlet({
  name: 'New-Mailbox',
  synopsis: 'Creates a mailbox and its user.',
  parameters: {
    Name: mandatory(text, 'The name of the mailbox in the directory.', { position: 0 }),
    Shared: optional(switched, 'Creates a shared mailbox, to which no user signs in.'),
    Room: optional(switched, 'Creates a room mailbox.'),
    Equipment: optional(switched, 'Creates an equipment mailbox.'),
    MicrosoftOnlineServicesID: optional(text, "Creates a user's mailbox: the user principal name.", {
      aliases: ['WindowsLiveID'],
    }),
    Password: optional(secret, "The user's password."),
    Alias: optional(text, 'The part before the @ of the first address (default: derived from the name).'),
    DisplayName: optional(text, 'The display name (default: the name).'),
    PrimarySmtpAddress: optional(text, 'The address (default: alias@default-domain).'),
    FirstName: optional(text, "The user's given name."),
    LastName: optional(text, "The user's family name."),
    ResetPasswordOnNextLogon: optional(
      switched,
      'Accepted, without effect: Update-MgUser -PasswordProfile can ask for a new password.',
    ),
    Force: optional(switched, 'Accepted, without effect: the cmdlet asks nothing.'),
  },
  columns: mailboxColumns,
})

export const removeMailbox = exchangeCmdlet({
  name: 'Remove-Mailbox',
  synopsis: 'Removes a mailbox and its user. Undo-SoftDeletedMailbox restores them within 30 days.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    PermanentlyDelete: optional(switched, 'Removes it, or a soft-deleted mailbox, permanently with its mail.'),
    Force: optional(switched, 'Asks nothing.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, PermanentlyDelete }) =>
    PermanentlyDelete === true
      ? undefined
      : `${commandLine('Undo-SoftDeletedMailbox', { SoftDeletedObject: Identity })}  # within 30 days`,
})

const mailboxTypes = ['Regular', 'Shared', 'Room', 'Equipment'] as const

export const setMailbox = exchangeCmdlet({
  name: 'Set-Mailbox',
  synopsis: 'Changes a mailbox: names, addresses, quotas, delivery and forwarding.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Name: optional(text, 'The name of the mailbox in the directory.'),
    Alias: optional(text, 'A unique name.'),
    DisplayName: optional(text, 'The display name.'),
    Type: optional(choice(mailboxTypes), 'Its new kind. Whether its user may sign in does not change.'),
    EmailAddresses: optional(
      listChange,
      'Its addresses: a complete list, or changes to it. SMTP: in capital letters marks the primary address.',
    ),
    WindowsEmailAddress: optional(text, 'The primary address; the old one stays one of its addresses.', {
      aliases: ['PrimarySmtpAddress'],
    }),
    GrantSendOnBehalfTo: optional(
      listChange,
      'Who may send on its behalf, mailboxes and groups: a complete list, or changes to it.',
    ),
    ForwardingAddress: optional(nullable(text), 'The mailbox or the group to which its mail is forwarded.'),
    ForwardingSmtpAddress: optional(
      nullable(text),
      'An address of this server to which its mail is forwarded, unless it has a ForwardingAddress.',
    ),
    ProhibitSendReceiveQuota: optional(
      byteQuantity,
      'Its maximum size: a size such as 50GB, or Unlimited for the setting mail.quota.',
    ),
    ...mailboxLimits,
    ...keepSwitches,
    ...keepLimits,
    ...mailboxParameters,
    ...senderLists,
    Force: optional(switched, 'Accepted, without effect: the cmdlet asks nothing.'),
  },
  columns: [],
})

export const undoSoftDeletedMailbox = exchangeCmdlet({
  name: 'Undo-SoftDeletedMailbox',
  synopsis: 'Restores a soft-deleted mailbox with its mail, its user and its permissions.',
  parameters: {
    SoftDeletedObject: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Name: optional(text, 'Another name in the directory.'),
    DisplayName: optional(text, 'Another name that people see.'),
    WindowsLiveID: optional(text, 'Another user principal name.', { aliases: ['MicrosoftOnlineServicesID'] }),
    Password: optional(secret, "Another password of the user's."),
  },
  columns: mailboxColumns,
})

const aMonthAtMost = (span: number | undefined): number | undefined =>
  span !== undefined && span <= 30 * DAY ? span : undefined

const allowed = (limit: number | undefined): number | undefined =>
  limit === undefined || (limit > MOST_RECIPIENTS && Number.isFinite(limit)) ? undefined : limit

type Initial = boolean | string | null

/** The values of a new mailbox. */
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
