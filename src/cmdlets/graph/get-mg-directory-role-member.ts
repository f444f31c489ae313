import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { memberColumns } from './columns.ts'
import { list, listParameters, path } from './request.ts'

export const getMgDirectoryRoleMember = graphCmdlet({
  name: 'Get-MgDirectoryRoleMember',
  synopsis: 'Shows who has a directory role.',
  parameters: {
    DirectoryRoleId: mandatory(text, 'The id of the role in this tenant.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/directoryRoles/${given.DirectoryRoleId}/members`, given),
})
