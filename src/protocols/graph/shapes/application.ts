import type { App, AppCertificate, AppSecret, FederatedCredential } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

/** An app with what its shape says beside it. */
export interface ShownApp {
  readonly app: App
  readonly publisherDomain: string | undefined
  /** Whether certificates are told whole. */
  readonly withKeys: boolean
}

/**
 * Properties that the directory keeps as they were given, each with what Graph shows before that. Its type is what may
 * be given: a list for a list, an object for an object; null stands for a text.
 */
export const storedProperties: Readonly<Record<string, unknown>> = {
  addIns: [],
  api: {
    acceptMappedClaims: null,
    knownClientApplications: [],
    requestedAccessTokenVersion: null,
    oauth2PermissionScopes: [],
    preAuthorizedApplications: [],
  },
  appRoles: [],
  defaultRedirectUri: null,
  description: null,
  groupMembershipClaims: null,
  info: {},
  isDeviceOnlyAuthSupported: false,
  isFallbackPublicClient: false,
  notes: null,
  optionalClaims: {},
  parentalControlSettings: {},
  publicClient: { redirectUris: [] },
  samlMetadataUrl: null,
  serviceManagementReference: null,
  spa: { redirectUris: [] },
  tags: [],
  tokenEncryptionKeyId: null,
  // Ours: subject-name-and-issuer trust, which Entra keeps where nobody outside can set it.
  trustedSubjectNameAndIssuers: [],
  web: {
    homePageUrl: null,
    logoutUrl: null,
    redirectUris: [],
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
  },
}

/** docs/reference/identity.md §10.2 */
export const applicationShape: Shape<ShownApp> = {
  type: 'application',
  place: ({ app }) => app,
  properties: {
    id: ({ app }) => app.id,
    appId: ({ app }) => app.appId,
    displayName: ({ app }) => app.displayName,
    createdDateTime: ({ app }) => dateTime(app.created),
    publisherDomain: ({ publisherDomain }) => publisherDomain,
    signInAudience: ({ app }) => app.signInAudience,
    identifierUris: ({ app }) => app.identifierUris,
    requiredResourceAccess: ({ app }) => app.requiredResourceAccess,
    passwordCredentials: ({ app }) => app.secrets.map((secret) => passwordCredential(secret)),
    keyCredentials: ({ app, withKeys }) => app.certificates.map((certificate) => keyCredential(certificate, withKeys)),
    ...Object.fromEntries(
      Object.entries(storedProperties).map(([name, before]) => [
        name,
        ({ app }: ShownApp) => app.properties[name] ?? before,
      ]),
    ),
  },
}

/** docs/reference/identity.md §10.2: a secret's text is told by `addPassword` and never again. */
export const passwordCredential = (secret: AppSecret, secretText: string | null = null) => ({
  customKeyIdentifier: null,
  displayName: secret.displayName ?? null,
  endDateTime: dateTime(secret.ends),
  hint: secret.hint,
  keyId: secret.keyId,
  secretText,
  startDateTime: dateTime(secret.starts),
})

/** docs/reference/identity.md §10.2: the certificate itself is told only where it was asked for. */
export const keyCredential = (certificate: AppCertificate, withKey: boolean) => ({
  customKeyIdentifier: Buffer.from(certificate.sha1, 'hex').toString('base64'),
  displayName: certificate.displayName ?? null,
  endDateTime: dateTime(certificate.ends),
  key: withKey ? Buffer.from(certificate.der).toString('base64') : null,
  keyId: certificate.keyId,
  startDateTime: dateTime(certificate.starts),
  type: certificate.type,
  usage: certificate.usage,
})

/** docs/reference/identity.md §2.3 */
export const federatedIdentityCredentialShape: Shape<FederatedCredential> = {
  type: 'federatedIdentityCredential',
  place: ({ id }) => ({ created: 0, id }),
  properties: {
    id: ({ id }) => id,
    name: ({ name }) => name,
    issuer: ({ issuer }) => issuer,
    subject: ({ subject }) => subject,
    description: ({ description }) => description,
    audiences: ({ audiences }) => audiences,
  },
}
