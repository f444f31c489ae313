import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgApplicationOwnerByRef = graphCmdlet({
  name: 'Remove-MgApplicationOwnerByRef',
  synopsis: 'Takes the ownership of an app away.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    DirectoryObjectId: mandatory(text, 'The user or service principal that has it.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/applications/${given.ApplicationId}/owners/${given.DirectoryObjectId}/$ref`,
    answers: 'nothing',
  }),
})
