import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { boolean, choice, choices, switched, text } from '../../parameter-type.ts'
import { accessRights, inheritanceTypes, userMeaning } from './access-rights.ts'
import { permissionColumns } from '../columns.ts'

export const addMailboxPermission = exchangeCmdlet({
  name: 'Add-MailboxPermission',
  synopsis: 'Grants rights on a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: mandatory(text, userMeaning),
    AccessRights: mandatory(choices(accessRights), 'The rights; FullAccess opens the mailbox.'),
    AutoMapping: optional(boolean, 'Accepted, without effect.'),
    InheritanceType: optional(choice(inheritanceTypes), 'How folders inherit it: All when absent.'),
    Deny: optional(switched, 'Takes the rights away, whatever else grants them.'),
    IgnoreDefaultScope: optional(switched, 'Accepted, without effect.'),
  },
  columns: permissionColumns,
})
