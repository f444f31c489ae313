import { optional } from '../cmdlet.ts'
import { object, objects, switched, text, texts } from '../parameter-type.ts'

/** The properties of an application that can be written, as parameters. */
export const applicationProperties = {
  SignInAudience: optional(text, 'Who may sign in: AzureADMyOrg, AzureADMultipleOrgs …'),
  IdentifierUris: optional(texts, 'URIs that name the app as a resource.'),
  KeyCredentials: optional(
    objects,
    'Certificates: [{"type":"AsymmetricX509Cert","usage":"Verify","key":"<base64 of the DER>"}]. Replaces the list.',
  ),
  RequiredResourceAccess: optional(objects, 'The permissions that the app asks for.'),
  AppRoles: optional(objects, 'Roles that the app offers to others.'),
  Api: optional(object, 'Settings of the app as an API.'),
  Web: optional(object, 'Settings of the app as a web application.'),
  Spa: optional(object, 'Settings of the app as a single-page application.'),
  PublicClient: optional(object, 'Settings of the app as a public client.'),
  IsFallbackPublicClient: optional(switched, 'Whether it is a public client where nothing else says so.'),
  TrustedSubjectNameAndIssuers: optional(
    objects,
    'Certificates that are taken by their name: [{"subjectName":…, "issuer":…}]. Ours; the authorities are a setting of the server.',
  ),
  Tags: optional(texts, 'Words to find it by.'),
  Notes: optional(text, 'Notes for administrators.'),
}
