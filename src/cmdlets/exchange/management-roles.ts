import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text, texts } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

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

export const getManagementRoleEntry = exchangeCmdlet({
  name: 'Get-ManagementRoleEntry',
  synopsis: 'Shows which cmdlets are in a role.',
  parameters: {
    Identity: mandatory(text, 'Role\\Cmdlet, of which * stands for anything: *\\New-ServicePrincipal.', {
      position: 0,
    }),
    Parameters: optional(texts, 'Only cmdlets that have all of these parameters.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'Role', 'Parameters'],
})
