import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const revokeMgUserSignInSession = graphCmdlet({
  name: 'Revoke-MgUserSignInSession',
  synopsis: 'Ends what a user let apps have, and signs the user out of every browser.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
  },
  columns: ['value'],
  call: (given) => ({ verb: 'POST', path: path`/users/${given.UserId}/revokeSignInSessions`, answers: 'one' }),
})
