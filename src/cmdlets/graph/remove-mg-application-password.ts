import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path, properties } from './request.ts'

export const removeMgApplicationPassword = graphCmdlet({
  name: 'Remove-MgApplicationPassword',
  synopsis: 'Takes a client secret away from an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    KeyId: mandatory(text, "The secret's keyId."),
  },
  columns: [],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/removePassword`,
    body: properties(given, ['ApplicationId']),
    answers: 'nothing',
  }),
})
