import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text, texts } from '../../parameter-type.ts'

export const getManagementRole = exchangeCmdlet({
  name: 'Get-ManagementRole',
  synopsis: 'Shows the roles that administrators and apps can have, and which of them a cmdlet needs.',
  parameters: {
    Identity: optional(text, 'The role; * stands for anything.', { position: 0 }),
    RoleType: optional(text, 'Only roles of this type: the name without its spaces.'),
    Cmdlet: optional(text, 'Only roles that this cmdlet is in.'),
    CmdletParameters: optional(texts, 'Only roles of which a cmdlet has all of these parameters.'),
  },
  columns: ['Name', 'RoleType', 'Description'],
})
