import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { memberColumns } from './columns.ts'
import { list, listParameters, path } from './request.ts'

export const getMgUserMemberOf = graphCmdlet({
  name: 'Get-MgUserMemberOf',
  synopsis: 'Shows the directory roles that a user has.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/users/${given.UserId}/memberOf`, given),
})
