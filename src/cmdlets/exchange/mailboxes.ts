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
  synopsis: 'Shows a mailbox, or the mailboxes there are.',
  parameters: {
    Identity: optional(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    ...choosing,
    SoftDeletedMailbox: optional(switched, 'Only mailboxes that were removed and are kept, for 30 days.'),
    ...absentKinds,
    InactiveMailboxOnly: optional(switched, 'Only mailboxes that were removed while they were on hold, and are kept.'),
    IncludeInactiveMailbox: optional(switched, 'Those that are inactive too.'),
  },
  columns: mailboxColumns,
  names: 'Identity',
})

export const disableMailbox = exchangeCmdlet({
  name: 'Disable-Mailbox',
  synopsis: 'Takes the mailbox from a user, who stays; Enable-Mailbox brings it back for 30 days.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity }) => `${commandLine('Enable-Mailbox', { Identity })} (within 30 days)`,
})

export const enableMailbox = exchangeCmdlet({
  name: 'Enable-Mailbox',
  synopsis: 'Gives a user who has none a mailbox: the one that Disable-Mailbox took within 30 days, or a new one.',
  parameters: {
    Identity: mandatory(text, 'The user: userPrincipalName or id.', { position: 0 }),
    Alias: optional(text, "A name of its own, for a new one; the user's mail nickname when absent."),
    PrimarySmtpAddress: optional(text, 'The address of a new one; the user principal name when absent.'),
    Force: optional(switched, 'Accepted, without effect: nothing is asked.'),
  },
  columns: mailboxColumns,
})

export const newMailbox = exchangeCmdlet({
  name: 'New-Mailbox',
  synopsis: 'Makes a mailbox, and the user behind it.',
  parameters: {
    Name: mandatory(text, 'The name of the mailbox in the directory.', { position: 0 }),
    Shared: optional(switched, 'A shared mailbox: nobody signs in to it.'),
    Room: optional(switched, 'A mailbox of a room.'),
    Equipment: optional(switched, 'A mailbox of a thing that is shared.'),
    MicrosoftOnlineServicesID: optional(text, "A user's mailbox: the user principal name.", {
      aliases: ['WindowsLiveID'],
    }),
    Password: optional(secret, "The user's password."),
    Alias: optional(text, 'The part before the @ of the first address; made from the name when absent.'),
    DisplayName: optional(text, 'The name that people see; the name when absent.'),
    PrimarySmtpAddress: optional(text, 'The address; alias@default-domain when absent.'),
    FirstName: optional(text, "The user's given name."),
    LastName: optional(text, "The user's family name."),
    ResetPasswordOnNextLogon: optional(
      switched,
      'Accepted, without effect: Update-MgUser -PasswordProfile can ask for a new password.',
    ),
    Force: optional(switched, 'Accepted, without effect: nothing is asked.'),
  },
  columns: mailboxColumns,
})

export const removeMailbox = exchangeCmdlet({
  name: 'Remove-Mailbox',
  synopsis: 'Removes a mailbox and the user behind it; Undo-SoftDeletedMailbox brings them back for 30 days.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    PermanentlyDelete: optional(
      switched,
      'Removes it, or one that was removed before, together with its mail and for good.',
    ),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, PermanentlyDelete }) =>
    PermanentlyDelete === true
      ? undefined
      : `${commandLine('Undo-SoftDeletedMailbox', { SoftDeletedObject: Identity })} (within 30 days)`,
})

const mailboxTypes = ['Regular', 'Shared', 'Room', 'Equipment'] as const

export const setMailbox = exchangeCmdlet({
  name: 'Set-Mailbox',
  synopsis: 'Changes a mailbox: its names and addresses, what it may hold, and where its mail goes.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Name: optional(text, 'The name of the mailbox in the directory.'),
    Alias: optional(text, 'A name of its own, unlike any other recipient has.'),
    DisplayName: optional(text, 'The name that people see.'),
    Type: optional(choice(mailboxTypes), 'What it becomes; whether its user may sign in stays as it is.'),
    EmailAddresses: optional(
      listChange,
      'Its addresses: all of them, or what comes and goes. SMTP: in capitals marks the primary one.',
    ),
    WindowsEmailAddress: optional(text, 'The primary address; the old one stays one of its addresses.', {
      aliases: ['PrimarySmtpAddress'],
    }),
    GrantSendOnBehalfTo: optional(
      listChange,
      'Who may send on its behalf: mailboxes and groups, all of them, or those that come and go.',
    ),
    ForwardingAddress: optional(nullable(text), 'The mailbox or the group to which its mail is forwarded.'),
    ForwardingSmtpAddress: optional(
      nullable(text),
      'An address of this server to which its mail is forwarded, where there is no ForwardingAddress.',
    ),
    ProhibitSendReceiveQuota: optional(
      byteQuantity,
      'What it may hold: a size such as 50GB, or Unlimited for what the setting mail.quota says.',
    ),
    ...mailboxLimits,
    ...keepSwitches,
    ...keepLimits,
    ...mailboxParameters,
    ...senderLists,
    Force: optional(switched, 'Accepted, without effect: nothing is asked.'),
  },
  columns: [],
})

export const undoSoftDeletedMailbox = exchangeCmdlet({
  name: 'Undo-SoftDeletedMailbox',
  synopsis: 'Brings back a mailbox that was removed, with its mail, its user, and what others were granted on it.',
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
