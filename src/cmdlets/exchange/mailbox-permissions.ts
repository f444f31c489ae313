import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, choice, choices, object, switched, text } from '../parameter-type.ts'
import { permissionColumns } from './columns.ts'
import { accessRights, groupMailboxMeaning, inheritanceTypes, userMeaning } from './permissions/access-rights.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const addMailboxPermission = exchangeCmdlet({
  name: 'Add-MailboxPermission',
  synopsis: 'Grants rights on a mailbox, or says to whom it belongs.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, `Needed with -AccessRights. ${userMeaning}`),
    AccessRights: optional(choices(accessRights), 'The rights, needed with -User; FullAccess opens the mailbox.'),
    Owner: optional(
      text,
      'In place of -User: to whom the mailbox belongs, which opens it to nobody; NT AUTHORITY\\SELF unless set.',
    ),
    AutoMapping: optional(boolean, 'Accepted, without effect.'),
    InheritanceType: optional(choice(inheritanceTypes), 'How folders inherit it: All when absent.'),
    Deny: optional(switched, 'Takes the rights away, whatever else grants them.'),
    GroupMailbox: optional(switched, groupMailboxMeaning),
    IgnoreDefaultScope: optional(switched, 'Accepted, without effect.'),
  },
  columns: permissionColumns,
})

export const getMailboxPermission = exchangeCmdlet({
  name: 'Get-MailboxPermission',
  synopsis: 'Shows who has which rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, userMeaning),
    Owner: optional(switched, 'Shows to whom the mailbox belongs.'),
    IncludeUnresolvedPermissions: optional(
      switched,
      'Shows the entries of those who are gone for good too, under their SIDs.',
    ),
    IncludeUserWithDisplayName: optional(switched, 'Shows UserDisplayName too: the name that people see.'),
    IncludeSoftDeletedUserPermissions: optional(
      switched,
      'Shows the entries of those too who were removed with their mailbox and can be had back.',
    ),
    UseCustomRouting: optional(switched, 'Accepted, without effect.'),
    SoftDeletedMailbox: optional(
      switched,
      'Means a mailbox that was removed and is kept, with its permissions, which open nothing until it is had back.',
    ),
    GroupMailbox: optional(switched, groupMailboxMeaning),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: permissionColumns,
})

export const removeMailboxPermission = exchangeCmdlet({
  name: 'Remove-MailboxPermission',
  synopsis: 'Takes rights on a mailbox back.',
  parameters: {
    Identity: optional(text, 'The mailbox; needed unless -Instance names it.', { position: 0 }),
    User: optional(text, `Needed with -AccessRights. ${userMeaning}`),
    AccessRights: optional(
      choices([...accessRights, 'SendAs']),
      'The rights to remove; needed with -User. Remove-RecipientPermission removes SendAs.',
    ),
    Instance: optional(
      object,
      'In place of -User: an entry as Get-MailboxPermission shows it; what is given besides goes before what it says.',
    ),
    ResetDefault: optional(switched, 'In place of -User: takes back everything that was ever granted or denied.'),
    ClearAutoMapping: optional(switched, 'In place of -User; without effect: no mailbox is mapped by itself.'),
    Deny: optional(switched, 'Means the entry that denies.'),
    SoftDeletedMailbox: optional(switched, 'Means a mailbox that was removed and is kept.'),
    BypassMasterAccountSid: optional(switched, 'Lets an entry that is not there pass without a warning.'),
    InheritanceType: optional(choice(inheritanceTypes), 'Accepted, without effect.'),
    GroupMailbox: optional(switched, groupMailboxMeaning),
    IgnoreDefaultScope: optional(switched, 'Accepted, without effect.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, User, AccessRights, Deny }) =>
    User === undefined ? undefined : commandLine('Add-MailboxPermission', { Identity, User, AccessRights, Deny }),
})
