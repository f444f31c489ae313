import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const newMgApplicationOwnerByRef = graphCmdlet({
  name: 'New-MgApplicationOwnerByRef',
  synopsis: 'Makes a user or a service principal an owner of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    OdataId: mandatory(text, 'Who is to be one: https://graph.microsoft.com/v1.0/directoryObjects/{id}'),
  },
  columns: [],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/owners/$ref`,
    body: { '@odata.id': given.OdataId },
    answers: 'nothing',
  }),
})
