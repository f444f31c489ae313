import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { roleAssignmentColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgRoleManagementDirectoryRoleAssignment = graphCmdlet({
  name: 'Get-MgRoleManagementDirectoryRoleAssignment',
  synopsis: 'Shows who has which directory role.',
  parameters: {
    UnifiedRoleAssignmentId: optional(text, 'One assignment by its id.', { position: 0 }),
    ...listParameters,
  },
  columns: roleAssignmentColumns,
  names: 'UnifiedRoleAssignmentId',
  call: (given) =>
    given.UnifiedRoleAssignmentId === undefined
      ? list('/roleManagement/directory/roleAssignments', given)
      : one(path`/roleManagement/directory/roleAssignments/${given.UnifiedRoleAssignmentId}`, given),
})
