import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { directoryRoleColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgDirectoryRole = graphCmdlet({
  name: 'Get-MgDirectoryRole',
  synopsis: 'Shows a directory role, or those there are.',
  parameters: {
    DirectoryRoleId: optional(text, 'The id of the role in this tenant.', { position: 0 }),
    ...listParameters,
  },
  columns: directoryRoleColumns,
  names: 'DirectoryRoleId',
  call: (given) =>
    given.DirectoryRoleId === undefined
      ? list('/directoryRoles', given)
      : one(path`/directoryRoles/${given.DirectoryRoleId}`, given),
})
