import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text, texts } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getManagementRole = exchangeCmdlet({
  name: 'Get-ManagementRole',
  synopsis: 'Lists the roles for administrators and apps, or those that have a cmdlet.',
  parameters: {
    Identity: optional(text, 'The role; * matches anything.', { position: 0 }),
    RoleType: optional(text, 'Only roles of this type: the name without its spaces.'),
    Cmdlet: optional(text, 'Only roles that have this cmdlet.'),
    CmdletParameters: optional(texts, 'Only roles with a cmdlet that has all of these parameters.'),
  },
  columns: ['Name', 'RoleType', 'Description'],
})

export const getManagementRoleEntry = exchangeCmdlet({
  name: 'Get-ManagementRoleEntry',
  synopsis: 'Lists the cmdlets of a role.',
  parameters: {
    Identity: mandatory(text, 'Role\\Cmdlet; * matches anything: *\\New-ServicePrincipal.', {
      position: 0,
    }),
    Parameters: optional(texts, 'Only cmdlets that have all of these parameters.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'Role', 'Parameters'],
})
