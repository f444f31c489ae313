import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, nullable, secret, switched, text } from '../parameter-type.ts'
import { byteQuantity } from './byte-quantity.ts'
import { absentKinds, choosing } from './choosing.ts'
import { mailboxColumns } from './columns.ts'
import { senderLists } from './delivery-parameters.ts'
import { listChange } from './list-change.ts'
import { keepLimits, keepSwitches } from './mailboxes/keep-parameters.ts'
import { mailboxLimits, mailboxParameters } from './mailboxes/mailbox-parameters.ts'

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
