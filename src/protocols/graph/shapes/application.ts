import type { App } from '../../../domain/directory/types.ts'
import { keyCredential, passwordCredential } from './credentials.ts'
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
export const keptProperties: Readonly<Record<string, unknown>> = {
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

/** contract/identity §10.2 */
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
      Object.entries(keptProperties).map(([name, before]) => [
        name,
        ({ app }: ShownApp) => app.properties[name] ?? before,
      ]),
    ),
  },
}
