import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, text } from '../parameter-type.ts'
import { path, properties } from './request.ts'

export const addMgApplicationKey = graphCmdlet({
  name: 'Add-MgApplicationKey',
  synopsis: 'Adds a certificate to an app, proved by one that it has.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    KeyCredential: mandatory(object, '{"type":"AsymmetricX509Cert","usage":"Verify","key":"<base64 of the DER>"}'),
    Proof: mandatory(text, 'A JWT signed with the key of a certificate that the app has.'),
    PasswordCredential: optional(object, 'Accepted for keys with a password, which are not taken.'),
  },
  columns: ['displayName', 'keyId', 'customKeyIdentifier', 'startDateTime', 'endDateTime'],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/addKey`,
    body: properties(given, ['ApplicationId']),
    answers: 'one',
  }),
})
