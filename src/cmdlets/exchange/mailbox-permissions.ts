import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, choice, choices, object, switched, text } from '../parameter-type.ts'
import { permissionColumns } from './columns.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

export const accessRights = [
  'ChangeOwner',
  'ChangePermission',
  'DeleteItem',
  'ExternalAccount',
  'FullAccess',
  'ReadPermission',
] as const

export const inheritanceTypes = ['None', 'All', 'Children', 'Descendents', 'SelfAndChildren'] as const

export const userMeaning =
  'The trustee: an Exchange service principal (Identity, ObjectId, AppId or Sid), a user, or a mail-enabled security group with its members.'

export const groupMailboxMeaning = 'The mailbox of a Microsoft 365 group; not supported.'

export const addMailboxPermission = exchangeCmdlet({
  name: 'Add-MailboxPermission',
  synopsis: 'Grants rights on a mailbox, or sets its owner.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, `Required with -AccessRights. ${userMeaning}`),
    AccessRights: optional(choices(accessRights), 'The rights; required with -User. FullAccess opens the mailbox.'),
    Owner: optional(
      text,
      'In place of -User: the owner of the mailbox (default: NT AUTHORITY\\SELF). The owner gets no right by this.',
    ),
    AutoMapping: optional(boolean, 'Accepted, without effect.'),
    InheritanceType: optional(choice(inheritanceTypes), 'How folders inherit it (default: All).'),
    Deny: optional(switched, 'Denies the rights, whatever else grants them.'),
    GroupMailbox: optional(switched, groupMailboxMeaning),
    IgnoreDefaultScope: optional(switched, 'Accepted, without effect.'),
  },
  columns: permissionColumns,
})

export const getMailboxPermission = exchangeCmdlet({
  name: 'Get-MailboxPermission',
  synopsis: 'Lists the rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, userMeaning),
    Owner: optional(switched, 'Shows the owner of the mailbox.'),
    IncludeUnresolvedPermissions: optional(switched, 'Also shows entries of deleted trustees, as their SIDs.'),
    IncludeUserWithDisplayName: optional(switched, 'Also shows UserDisplayName, the display name.'),
    IncludeSoftDeletedUserPermissions: optional(switched, 'Also shows entries of soft-deleted users.'),
    UseCustomRouting: optional(switched, 'Accepted, without effect.'),
    SoftDeletedMailbox: optional(
      switched,
      'Selects a soft-deleted mailbox. Its permissions have no effect until it is restored.',
    ),
    GroupMailbox: optional(switched, groupMailboxMeaning),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: permissionColumns,
})

export const removeMailboxPermission = exchangeCmdlet({
  name: 'Remove-MailboxPermission',
  synopsis: 'Removes rights on a mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox; required unless -Instance names it.', { position: 0 }),
    User: optional(text, `Required with -AccessRights. ${userMeaning}`),
    AccessRights: optional(
      choices([...accessRights, 'SendAs']),
      'The rights to remove; required with -User. To remove SendAs, use Remove-RecipientPermission.',
    ),
    Instance: optional(
      object,
      'In place of -User: an entry as Get-MailboxPermission shows it. Other parameters have precedence over it.',
    ),
    ResetDefault: optional(switched, 'In place of -User: removes every grant and every denial.'),
    ClearAutoMapping: optional(switched, 'In place of -User; without effect: Postern maps no mailboxes.'),
    Deny: optional(switched, 'Selects the entry that denies.'),
    SoftDeletedMailbox: optional(switched, 'Selects a soft-deleted mailbox.'),
    BypassMasterAccountSid: optional(switched, 'Prints no warning if the entry does not exist.'),
    InheritanceType: optional(choice(inheritanceTypes), 'Accepted, without effect.'),
    GroupMailbox: optional(switched, groupMailboxMeaning),
    IgnoreDefaultScope: optional(switched, 'Accepted, without effect.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, User, AccessRights, Deny }) =>
    User === undefined ? undefined : commandLine('Add-MailboxPermission', { Identity, User, AccessRights, Deny }),
})
