import { commandLine } from '../../../core/command-line.ts'
import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { choice, choices, object, switched, text } from '../../parameter-type.ts'
import { accessRights, groupMailboxMeaning, inheritanceTypes, userMeaning } from './access-rights.ts'

export const removeMailboxPermission = exchangeCmdlet({
  name: 'Remove-MailboxPermission',
  synopsis: 'Takes rights on a mailbox back.',
  parameters: {
    Identity: optional(text, 'The mailbox; needed unless -Instance names it.', { position: 0 }),
    User: optional(text, `Needed with -AccessRights. ${userMeaning}`),
    AccessRights: optional(
      choices([...accessRights, 'SendAs']),
      'The rights to take back, needed with -User; SendAs is none of a mailbox, and Remove-RecipientPermission takes it back.',
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
