import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { roleTemplateColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgRoleManagementDirectoryRoleDefinition = graphCmdlet({
  name: 'Get-MgRoleManagementDirectoryRoleDefinition',
  synopsis: 'Shows a directory role as it is granted, or those there are.',
  parameters: {
    UnifiedRoleDefinitionId: optional(text, 'The id of the definition, which is that of the template.', {
      position: 0,
    }),
    ...listParameters,
  },
  columns: roleTemplateColumns,
  names: 'UnifiedRoleDefinitionId',
  call: (given) =>
    given.UnifiedRoleDefinitionId === undefined
      ? list('/roleManagement/directory/roleDefinitions', given)
      : one(path`/roleManagement/directory/roleDefinitions/${given.UnifiedRoleDefinitionId}`, given),
})
