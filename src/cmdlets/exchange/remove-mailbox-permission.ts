import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, choices, switched, text } from '../parameter-type.ts'
import { accessRights, inheritanceTypes, userMeaning } from './access-rights.ts'

export const removeMailboxPermission = exchangeCmdlet({
  name: 'Remove-MailboxPermission',
  synopsis: 'Takes rights on a mailbox back.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    User: mandatory(text, userMeaning),
    AccessRights: mandatory(choices(accessRights), 'The rights to take back.'),
    Deny: optional(switched, 'Means the entry that denies.'),
    InheritanceType: optional(choice(inheritanceTypes), 'Accepted, without effect.'),
  },
  columns: [],
  confirms: true,
})
