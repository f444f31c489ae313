import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgRoleManagementDirectoryRoleAssignment = graphCmdlet({
  name: 'Remove-MgRoleManagementDirectoryRoleAssignment',
  synopsis: 'Takes a directory role back.',
  parameters: {
    UnifiedRoleAssignmentId: mandatory(text, 'The id of the assignment.', { position: 0 }),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/roleManagement/directory/roleAssignments/${given.UnifiedRoleAssignmentId}`,
    answers: 'nothing',
  }),
})
