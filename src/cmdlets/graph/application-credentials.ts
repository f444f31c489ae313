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
