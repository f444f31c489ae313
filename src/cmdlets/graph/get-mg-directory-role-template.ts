import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { roleTemplateColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgDirectoryRoleTemplate = graphCmdlet({
  name: 'Get-MgDirectoryRoleTemplate',
  synopsis: 'Shows what a directory role is made from, or all of those.',
  parameters: {
    DirectoryRoleTemplateId: optional(text, 'The id of the template, the same in every tenant.', { position: 0 }),
    ...listParameters,
  },
  columns: roleTemplateColumns,
  names: 'DirectoryRoleTemplateId',
  call: (given) =>
    given.DirectoryRoleTemplateId === undefined
      ? list('/directoryRoleTemplates', given)
      : one(path`/directoryRoleTemplates/${given.DirectoryRoleTemplateId}`, given),
})
