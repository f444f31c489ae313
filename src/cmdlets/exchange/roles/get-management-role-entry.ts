import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { text, texts } from '../../parameter-type.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

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
