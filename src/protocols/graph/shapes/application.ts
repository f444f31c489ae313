import type { App, AppCertificate, AppSecret, FederatedCredential } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

/** An app with further facts for its shape. */
export interface ShownApp {
  readonly app: App
  readonly publisherDomain: string | undefined
  /** True to show certificates in full. */
  readonly withKeys: boolean
}

/**
 * Properties that the directory stores as they are, each with Graph's default. The default's type is the allowed type;
 * null allows a text.
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
  // Postern's own: subject name and issuer trust. In Entra it is not readable.
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
  position: ({ app }) => app,
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

/** docs/reference/identity.md §10.2: only `addPassword` shows the value of a secret. */
export const passwordCredential = (secret: AppSecret, secretText: string | null = null) => ({
  customKeyIdentifier: null,
  displayName: secret.displayName ?? null,
  endDateTime: dateTime(secret.ends),
  hint: secret.hint,
  keyId: secret.keyId,
  secretText,
  startDateTime: dateTime(secret.starts),
})

/** docs/reference/identity.md §10.2: the certificate itself is shown only if it is selected. */
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
  position: ({ id }) => ({ created: 0, id }),
  properties: {
    id: ({ id }) => id,
    name: ({ name }) => name,
    issuer: ({ issuer }) => issuer,
    subject: ({ subject }) => subject,
    description: ({ description }) => description,
    audiences: ({ audiences }) => audiences,
  },
}
