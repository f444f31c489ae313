import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, objects, switched, text, texts } from '../parameter-type.ts'
import { applicationColumns, memberColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

/** The properties of an application that can be written, as parameters. */
const applicationProperties = {
  SignInAudience: optional(text, 'Who may sign in: AzureADMyOrg, AzureADMultipleOrgs …'),
  IdentifierUris: optional(texts, 'URIs that name the app as a resource.'),
  KeyCredentials: optional(
    objects,
    'Certificates: [{"type":"AsymmetricX509Cert","usage":"Verify","key":"<base64 of the DER>"}]. Replaces the list.',
  ),
  RequiredResourceAccess: optional(objects, 'The permissions that the app requests.'),
  AppRoles: optional(objects, 'Roles that the app offers to others.'),
  Api: optional(object, 'Settings of the app as an API.'),
  Web: optional(object, 'Settings of the app as a web application.'),
  Spa: optional(object, 'Settings of the app as a single-page application.'),
  PublicClient: optional(object, 'Settings of the app as a public client.'),
  IsFallbackPublicClient: optional(switched, 'Whether it is a public client if nothing else decides it.'),
  TrustedSubjectNameAndIssuers: optional(
    objects,
    'Certificates that are accepted by name: [{"subjectName":…, "issuer":…}]. An extension of Postern; the authorities are a setting of the server.',
  ),
  Tags: optional(texts, 'Tags.'),
  Notes: optional(text, 'Notes for administrators.'),
}

export const getMgApplication = graphCmdlet({
  name: 'Get-MgApplication',
  synopsis: 'Lists app registrations, or one.',
  parameters: {
    ApplicationId: optional(text, 'The id (object id) of the app.', { position: 0 }),
    ...listParameters,
  },
  columns: applicationColumns,
  names: 'ApplicationId',
  call: (given) =>
    given.ApplicationId === undefined
      ? list('/applications', given)
      : one(path`/applications/${given.ApplicationId}`, given),
})

export const newMgApplication = graphCmdlet({
  name: 'New-MgApplication',
  synopsis: 'Registers an app.',
  parameters: { DisplayName: mandatory(text, 'The display name.'), ...applicationProperties },
  columns: applicationColumns,
  call: (given) => ({ verb: 'POST', path: '/applications', body: properties(given), answers: 'one' }),
})

export const removeMgApplication = graphCmdlet({
  name: 'Remove-MgApplication',
  synopsis: 'Removes an app registration and its service principal.',
  parameters: { ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }) },
  columns: [],
  call: (given) => ({ verb: 'DELETE', path: path`/applications/${given.ApplicationId}`, answers: 'nothing' }),
})

export const updateMgApplication = graphCmdlet({
  name: 'Update-MgApplication',
  synopsis: 'Changes an app registration; omitted properties stay unchanged.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    DisplayName: optional(text, 'The display name.'),
    ...applicationProperties,
  },
  columns: applicationColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/applications/${given.ApplicationId}`,
    body: properties(given, ['ApplicationId']),
    answers: 'nothing',
  }),
})

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

export const getMgApplicationOwner = graphCmdlet({
  name: 'Get-MgApplicationOwner',
  synopsis: 'Lists the owners of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/applications/${given.ApplicationId}/owners`, given),
})

export const newMgApplicationOwnerByRef = graphCmdlet({
  name: 'New-MgApplicationOwnerByRef',
  synopsis: 'Makes a user or a service principal an owner of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    OdataId: mandatory(text, 'The new owner: https://graph.microsoft.com/v1.0/directoryObjects/{id}'),
  },
  columns: [],
  call: (given) => ({
    verb: 'POST',
    path: path`/applications/${given.ApplicationId}/owners/$ref`,
    body: { '@odata.id': given.OdataId },
    answers: 'nothing',
  }),
})

export const removeMgApplicationOwnerByRef = graphCmdlet({
  name: 'Remove-MgApplicationOwnerByRef',
  synopsis: 'Removes an owner of an app.',
  parameters: {
    ApplicationId: mandatory(text, 'The id (object id) of the app.', { position: 0 }),
    DirectoryObjectId: mandatory(text, 'The user or service principal that is the owner.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/applications/${given.ApplicationId}/owners/${given.DirectoryObjectId}/$ref`,
    answers: 'nothing',
  }),
})
