import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgUser = graphCmdlet({
  name: 'Remove-MgUser',
  synopsis: 'Removes a user, and the mailbox with it.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
  },
  columns: [],
  call: (given) => ({ verb: 'DELETE', path: path`/users/${given.UserId}`, answers: 'nothing' }),
})
