import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, text } from '../parameter-type.ts'
import { path, properties } from './request.ts'

export const addMgApplicationPassword = graphCmdlet({
  name: 'Add-MgApplicationPassword',
  synopsis: 'Makes a client secret for an app and shows it this once.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    PasswordCredential: optional(
      object,
      '{"displayName":…, "startDateTime":…, "endDateTime":…}, all of them optional.',
    ),
  },
  columns: ['displayName', 'keyId', 'secretText', 'startDateTime', 'endDateTime'],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/addPassword`,
    body: properties(given, ['ApplicationId']),
    answers: 'one',
  }),
})
