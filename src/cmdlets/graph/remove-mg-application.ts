import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgApplication = graphCmdlet({
  name: 'Remove-MgApplication',
  synopsis: 'Removes an app registration and its service principal.',
  parameters: { ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }) },
  columns: [],
  call: (given) => ({ verb: 'DELETE', path: path`/applications/${given.ApplicationId}`, answers: 'nothing' }),
})
