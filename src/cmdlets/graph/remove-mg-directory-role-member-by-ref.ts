import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgDirectoryRoleMemberByRef = graphCmdlet({
  name: 'Remove-MgDirectoryRoleMemberByRef',
  synopsis: 'Takes a directory role back.',
  parameters: {
    DirectoryRoleId: mandatory(text, 'The id of the role in this tenant.', { position: 0 }),
    DirectoryObjectId: mandatory(text, 'The user or service principal that has it.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/directoryRoles/${given.DirectoryRoleId}/members/${given.DirectoryObjectId}/$ref`,
    answers: 'nothing',
  }),
})
