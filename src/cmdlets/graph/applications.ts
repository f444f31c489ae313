import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, objects, switched, text, texts } from '../parameter-type.ts'
import { applicationColumns } from './columns.ts'
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
