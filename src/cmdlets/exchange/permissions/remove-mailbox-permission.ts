import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { choice, choices, switched, text } from '../../parameter-type.ts'
import { accessRights, inheritanceTypes, userMeaning } from './access-rights.ts'

export const removeMailboxPermission = exchangeCmdlet({
  name: 'Remove-MailboxPermission',
  synopsis: 'Takes rights on a mailbox back.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: optional(text, `Needed with -AccessRights. ${userMeaning}`),
    AccessRights: optional(choices(accessRights), 'The rights to take back; needed with -User.'),
    ResetDefault: optional(switched, 'In place of -User: takes back everything that was ever granted or denied.'),
    ClearAutoMapping: optional(switched, 'In place of -User; without effect: no mailbox is mapped by itself.'),
    Deny: optional(switched, 'Means the entry that denies.'),
    SoftDeletedMailbox: optional(switched, 'Means a mailbox that was removed and is kept.'),
    BypassMasterAccountSid: optional(switched, 'Lets an entry that is not there pass without a warning.'),
    InheritanceType: optional(choice(inheritanceTypes), 'Accepted, without effect.'),
  },
  columns: [],
  confirms: true,
})
