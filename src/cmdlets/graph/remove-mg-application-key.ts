import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path, properties } from './request.ts'

export const removeMgApplicationKey = graphCmdlet({
  name: 'Remove-MgApplicationKey',
  synopsis: 'Takes a certificate away from an app, proved by one that it has.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    KeyId: mandatory(text, "The certificate's keyId."),
    Proof: mandatory(text, 'A JWT signed with the key of a certificate that the app has.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/removeKey`,
    body: properties(given, ['ApplicationId']),
    answers: 'nothing',
  }),
})
