import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { boolean, choice, choices, switched, text } from '../../parameter-type.ts'
import { accessRights, groupMailboxMeaning, inheritanceTypes, userMeaning } from './access-rights.ts'
import { permissionColumns } from '../columns.ts'

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
