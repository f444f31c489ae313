import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, text } from '../parameter-type.ts'
import { path, properties } from './request.ts'

export const addMgApplicationPassword = graphCmdlet({
  name: 'Add-MgApplicationPassword',
  synopsis: 'Creates a client secret for an app and shows it once.',
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

export const removeMgApplicationPassword = graphCmdlet({
  name: 'Remove-MgApplicationPassword',
  synopsis: 'Removes a client secret from an app.',
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

export const addMgApplicationKey = graphCmdlet({
  name: 'Add-MgApplicationKey',
  synopsis: 'Adds a certificate to an app; needs a proof signed with an existing one.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    KeyCredential: mandatory(object, '{"type":"AsymmetricX509Cert","usage":"Verify","key":"<base64 of the DER>"}'),
    Proof: mandatory(text, 'A JWT signed with the key of a certificate that the app has.'),
    PasswordCredential: optional(object, 'For keys with a password, which are refused.'),
  },
  columns: ['displayName', 'keyId', 'customKeyIdentifier', 'startDateTime', 'endDateTime'],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/addKey`,
    body: properties(given, ['ApplicationId']),
    answers: 'one',
  }),
})

export const removeMgApplicationKey = graphCmdlet({
  name: 'Remove-MgApplicationKey',
  synopsis: 'Removes a certificate from an app; needs a proof signed with an existing one.',
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
