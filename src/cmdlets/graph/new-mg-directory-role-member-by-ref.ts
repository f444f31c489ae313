import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const newMgDirectoryRoleMemberByRef = graphCmdlet({
  name: 'New-MgDirectoryRoleMemberByRef',
  synopsis: 'Gives a directory role to a user or a service principal.',
  parameters: {
    DirectoryRoleId: mandatory(text, 'The id of the role in this tenant.', { position: 0 }),
    OdataId: mandatory(text, 'Who is given it: https://graph.microsoft.com/v1.0/directoryObjects/{id}'),
  },
  columns: [],
  call: (given) => ({
    verb: 'POST',
    path: path`/directoryRoles/${given.DirectoryRoleId}/members/$ref`,
    body: { '@odata.id': given.OdataId },
    answers: 'nothing',
  }),
})
