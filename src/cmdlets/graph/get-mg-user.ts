import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { userColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgUser = graphCmdlet({
  name: 'Get-MgUser',
  synopsis: 'Shows a user, or those there are.',
  parameters: {
    UserId: optional(text, 'The id or the user principal name.', { position: 0 }),
    ...listParameters,
  },
  columns: userColumns,
  names: 'UserId',
  call: (given) => (given.UserId === undefined ? list('/users', given) : one(path`/users/${given.UserId}`, given)),
})
