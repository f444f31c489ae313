import type { AppId, AppObjectId, Guid, MailboxId, ServicePrincipalId, TenantId, UserId } from '../../core/ids.ts'
import type { SettingListChange, SettingsChange, StoredSettings } from './exchange/mailboxes/kept-settings.ts'
import type { MailFlow } from './exchange/recipients/mail-flow.ts'
import type { AppRole, PermissionScope } from '../../core/well-known/resource.ts'

export interface Tenant {
  readonly id: TenantId
  readonly displayName: string
  /** The verified domains in lower case; the first is the default one. */
  readonly domains: readonly string[]
  /** The domain that the tenant was created with. It cannot be removed. */
  readonly initialDomain: string
  readonly created: number
}

/** A domain of a tenant, verified or not. */
export interface TenantDomain {
  /** The DNS name, in lower case. */
  readonly name: string
  /** Exchange's name of the accepted domain. */
  readonly acceptedName: string
  readonly isDefault: boolean
  readonly isInitial: boolean
  readonly isVerified: boolean
  /** Undefined for a domain that was created with its tenant. */
  readonly created: number | undefined
}

/**
 * The domains of the tenants. A verified domain belongs to one tenant, which may have addresses in it; several tenants
 * may add the same domain until one of them proves that it owns it, with a TXT record in the DNS.
 */
export interface Domains {
  /** The default domain first, then the verified ones, then the others. */
  all(tenant: TenantId): Promise<readonly TenantDomain[]>
  /** Adds an unverified domain. Refuses `already-exists` for a domain that the tenant has. */
  add(tenant: TenantId, domain: string): Promise<TenantDomain>
  /** Text of the TXT record that proves the ownership. */
  verificationText(tenant: TenantId, domain: string): Promise<string>
  /** Refuses `wrong-state` without the TXT record, and `already-exists` if the domain is another tenant's by now. */
  verify(tenant: TenantId, domain: string): Promise<TenantDomain>
  /** Adds and verifies a domain in one step. */
  accept(tenant: TenantId, given: { readonly domain: string; readonly acceptedName: string }): Promise<TenantDomain>
  makeDefault(tenant: TenantId, domain: string): Promise<void>
  /** Refuses `wrong-state` for the initial and the default domain, and while a name or an address is in the domain. */
  remove(tenant: TenantId, domain: string): Promise<void>
}

export interface User {
  readonly id: UserId
  readonly tenant: TenantId
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mailNickname: string
  readonly mail: string | undefined
  readonly givenName: string | undefined
  readonly surname: string | undefined
  readonly accountEnabled: boolean
  /** When the password was last set; undefined for a user without a password. */
  readonly passwordChanged: number | undefined
  /** When all sign-ins were last revoked; undefined if they never were. */
  readonly signInsRevoked: number | undefined
  readonly created: number
}

/** A client secret. Its value is shown once; only a hash is stored. */
export interface AppSecret {
  readonly keyId: Guid
  readonly displayName: string | undefined
  /** The first three characters. */
  readonly hint: string
  readonly starts: number
  readonly ends: number
}

export interface AppCertificate {
  readonly keyId: Guid
  readonly displayName: string | undefined
  readonly type: string
  readonly usage: string
  readonly der: Uint8Array
  /** Thumbprints of the DER, in lower-case hex. */
  readonly sha1: string
  readonly sha256: string
  readonly starts: number
  readonly ends: number
}

export interface RequiredResourceAccess {
  readonly resourceAppId: string
  readonly resourceAccess: readonly { readonly id: string; readonly type: 'Role' | 'Scope' }[]
}

/** An app registration. */
export interface App {
  readonly id: AppObjectId
  readonly appId: AppId
  readonly tenant: TenantId
  readonly displayName: string
  readonly created: number
  readonly signInAudience: string
  readonly identifierUris: readonly string[]
  readonly requiredResourceAccess: readonly RequiredResourceAccess[]
  readonly redirectUris: RedirectUris
  /** Whether the app needs no credential if no redirect URI decides it (device code, password). */
  readonly allowsPublicClient: boolean
  /** The version of the tokens that the app accepts as a resource. */
  readonly accessTokenVersion: 1 | 2
  /** Roles that can be granted on the app. */
  readonly appRoles: readonly AppRole[]
  readonly oauth2PermissionScopes: readonly PermissionScope[]
  /** Graph's `web`, `spa`, `publicClient`, `api`, `tags`, `notes` …, stored as given. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly secrets: readonly AppSecret[]
  readonly certificates: readonly AppCertificate[]
}

export interface ServicePrincipal {
  readonly id: ServicePrincipalId
  readonly tenant: TenantId
  readonly appId: AppId
  readonly displayName: string
  readonly accountEnabled: boolean
  readonly appRoleAssignmentRequired: boolean
  readonly appOwnerOrganizationId: string | undefined
  readonly tags: readonly string[]
  /** The name of its app in the tenant where the app is registered. */
  readonly appDisplayName: string
  readonly signInAudience: string
  readonly redirectUris: RedirectUris
  /** Roles that can be granted on the service principal. */
  readonly appRoles: readonly AppRole[]
  readonly oauth2PermissionScopes: readonly PermissionScope[]
  /** The version of the tokens that it accepts as a resource. */
  readonly accessTokenVersion: 1 | 2
  /** The identifiers by which a scope can name it as a resource, including the appId. */
  readonly servicePrincipalNames: readonly string[]
  readonly created: number
}

export interface AppRoleAssignment {
  /** Short and opaque. */
  readonly id: string
  readonly tenant: TenantId
  readonly principal: ServicePrincipalId | UserId
  readonly principalType: 'ServicePrincipal' | 'User'
  readonly principalDisplayName: string
  readonly resource: ServicePrincipalId
  readonly resourceDisplayName: string
  readonly appRoleId: Guid
  readonly created: number
}

/** The object that `New-ServicePrincipal` creates: a reference to a service principal, stored as given. */
export interface ExchangeServicePrincipal {
  /** Exchange's own Guid, which is neither the ObjectId nor the AppId. */
  readonly guid: Guid
  readonly tenant: TenantId
  readonly appId: AppId
  readonly objectId: Guid
  readonly sid: string
  readonly displayName: string
  readonly overrideEnforceExoAppRbacPermissions: boolean
  readonly created: number
  readonly changed: number
}

export type RecipientType = 'UserMailbox' | 'SharedMailbox' | 'RoomMailbox' | 'EquipmentMailbox'

/** A mailbox in Exchange's directory; `domain/mail` holds its folders and messages. */
export interface MailboxRecord {
  readonly id: MailboxId
  readonly tenant: TenantId
  /** Guid and ExchangeObjectId. */
  readonly guid: Guid
  readonly exchangeGuid: Guid
  readonly externalDirectoryObjectId: UserId
  readonly name: string
  readonly alias: string
  readonly displayName: string
  readonly userPrincipalName: string
  readonly primarySmtpAddress: string
  /** Every address with its prefix; `SMTP:` marks the primary one. */
  readonly emailAddresses: readonly string[]
  readonly type: RecipientType
  readonly imapEnabled: boolean
  readonly popEnabled: boolean
  /** Whether SMTP submission is disabled for the mailbox; undefined if the setting of the tenant applies. */
  readonly smtpClientAuthenticationDisabled: boolean | undefined
  /** Further settings of `Set-CASMailbox`. */
  readonly protocols: StoredSettings
  /** Settings of `Set-Mailbox`; recipients by their ids. */
  readonly settings: StoredSettings
  readonly mailFlow: MailFlow
  readonly created: number
  readonly changed: number
}

export type AccessRight =
  | 'ChangeOwner'
  | 'ChangePermission'
  | 'DeleteItem'
  | 'ExternalAccount'
  | 'FullAccess'
  | 'ReadPermission'

export type Trustee =
  | { readonly kind: 'user'; readonly id: UserId; readonly name: string; readonly sid: string }
  /** By Exchange's Guid of the service principal. */
  | { readonly kind: 'servicePrincipal'; readonly id: Guid; readonly name: string; readonly sid: string }
  /** A mail-enabled security group: all its members. */
  | { readonly kind: 'group'; readonly id: Guid; readonly name: string; readonly sid: string }
  /** A removed user, group or service principal of which only the SID is left. */
  | { readonly kind: 'unresolved'; readonly id: Guid; readonly name: string; readonly sid: string }
  /** `NT AUTHORITY\SELF`, on every mailbox. */
  | { readonly kind: 'self'; readonly name: string; readonly sid: string }

export interface MailboxPermission {
  readonly mailbox: MailboxId
  readonly trustee: Trustee
  readonly accessRights: readonly AccessRight[]
  readonly deny: boolean
  readonly inheritanceType: string
  /** When FullAccess was granted or denied; for an entry without FullAccess, when it was created. */
  readonly since: number
}

/** An entry that applies to an account. */
export interface HeldPermission extends Pick<MailboxPermission, 'accessRights' | 'deny' | 'inheritanceType' | 'since'> {
  /** The group that the account is in, if the entry is a group's. */
  readonly through: { readonly id: Guid; readonly name: string } | undefined
}

/** docs/reference/identity.md §2.3: tokens of this other issuer replace an app's own credential. */
export interface FederatedCredential {
  readonly id: Guid
  readonly name: string
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
  readonly description: string | undefined
}

/** Where an app receives its answers, by the kind of client (`web`, `spa`, `publicClient` in Graph). */
export interface RedirectUris {
  readonly web: readonly string[]
  readonly spa: readonly string[]
  readonly publicClient: readonly string[]
}

/** A consent to delegated permissions (Graph's oAuth2PermissionGrant). */
export interface Consent {
  readonly id: string
  readonly tenant: TenantId
  readonly client: ServicePrincipalId
  readonly consentType: 'AllPrincipals' | 'Principal'
  /** The user of a `Principal` consent. */
  readonly user: UserId | undefined
  readonly resource: ServicePrincipalId
  /** Values of scopes. */
  readonly scopes: readonly string[]
  readonly created: number
}

export type NewConsent = Pick<Consent, 'client' | 'consentType' | 'user' | 'resource' | 'scopes'>

/** Delegated permissions of apps. */
export interface Consents {
  find(tenant: TenantId, id: string): Promise<Consent | undefined>
  /** In order of creation. */
  page(tenant: TenantId, asked: PageRequest<ConsentWhere>): Promise<readonly Consent[]>
  /** Values of the scopes of `resource` that `client` may use for `user`: by consent for all users or by their own. */
  scopes(
    tenant: TenantId,
    on: { client: ServicePrincipalId; resource: ServicePrincipalId; user: UserId },
  ): Promise<ReadonlySet<string>>
  /** Refuses `already-exists` if there is one for the same client, resource and user. */
  create(tenant: TenantId, consent: NewConsent): Promise<Consent>
  /** Adds the scopes to the existing consent, or creates one. */
  grant(tenant: TenantId, consent: NewConsent): Promise<Consent>
  update(tenant: TenantId, id: string, scopes: readonly string[]): Promise<Consent>
  remove(tenant: TenantId, id: string): Promise<void>
}

export type RoleMember =
  | { readonly kind: 'user'; readonly id: UserId; readonly displayName: string }
  | { readonly kind: 'servicePrincipal'; readonly id: ServicePrincipalId; readonly displayName: string }

/** The result of a password check. For an unknown user the check takes the same time. */
export type PasswordCheck =
  | { readonly ok: true; readonly user: User; readonly mustChange: boolean }
  | {
      readonly ok: false
      readonly because: 'unknown' | 'wrong' | 'locked' | 'disabled' | 'no-password'
      readonly user: User | undefined
    }

/** The result of the check of a credential of an app. */
export type CredentialCheck =
  | { readonly ok: true; readonly keyId: Guid }
  | { readonly ok: false; readonly because: 'none-matches' | 'expired' | 'not-yet-valid' | 'no-credentials' }

/** The secret of an app that a text matches. `keyIdGiven`: the text is a secret's keyId, a common mistake. */
export type SecretCheck = (value: string) => CredentialCheck & { readonly keyIdGiven?: boolean }

/** The position of an object in the order of creation; the id decides between objects of the same time. */
export interface PagePosition {
  readonly created: number
  readonly id: string
}

/** Compared without regard to case. */
export type Match = { readonly is: string } | { readonly startsWith: string }

export interface UserWhere {
  readonly userPrincipalName?: Match | undefined
  readonly mail?: Match | undefined
  readonly displayName?: Match | undefined
}

/** Conditions for apps and for service principals. */
export interface AppWhere {
  readonly appId?: Match | undefined
  readonly displayName?: Match | undefined
}

/** Conditions for consents. */
export interface ConsentWhere {
  readonly client?: ServicePrincipalId | undefined
  readonly resource?: ServicePrincipalId | undefined
  readonly user?: UserId | undefined
}

export interface PageRequest<W> {
  readonly limit: number
  /** The last object of the previous page. */
  readonly after?: PagePosition | undefined
  readonly where?: W | undefined
}

export interface NewApp {
  readonly displayName: string
  readonly signInAudience?: string
  readonly identifierUris?: readonly string[]
  readonly requiredResourceAccess?: readonly RequiredResourceAccess[]
  readonly properties?: Readonly<Record<string, unknown>>
  readonly certificates?: readonly NewCertificate[]
}

/** An owner: can change an app without a directory role, or with `Application.ReadWrite.OwnedBy`. */
export type AppOwner = UserId | ServicePrincipalId

export interface NewCertificate {
  readonly der: Uint8Array
  readonly displayName?: string
  readonly type?: string
  readonly usage?: string
}

export interface NewFederatedCredential {
  readonly name: string
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
  readonly description?: string | undefined
}

export interface NewUser {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mailNickname: string
  readonly accountEnabled: boolean
  readonly password?: string
  /** Whether the user must change the password before the first sign-in. */
  readonly mustChangePassword?: boolean
  readonly givenName?: string
  readonly surname?: string
}

/** Absent properties stay. The mailbox of the user gets the same names. */
export interface UserChange {
  readonly userPrincipalName?: string
  readonly displayName?: string
  readonly mailNickname?: string
  readonly accountEnabled?: boolean
  readonly givenName?: string | null
  readonly surname?: string | null
  readonly password?: string
  readonly mustChangePassword?: boolean
}

/** Absent properties stay. */
export interface MailboxChange {
  readonly name?: string
  readonly alias?: string
  readonly displayName?: string
  readonly type?: RecipientType
  /** With their prefixes; the one with `SMTP:` becomes the primary address. */
  readonly emailAddresses?: SettingListChange
  readonly primarySmtpAddress?: string
  readonly settings?: SettingsChange
  readonly imapEnabled?: boolean
  readonly popEnabled?: boolean
  /** Null if the setting of the tenant applies. */
  readonly smtpClientAuthenticationDisabled?: boolean | null
  readonly protocols?: SettingsChange
}

export interface NewMailbox {
  readonly name: string
  readonly alias: string
  readonly displayName: string
  readonly primarySmtpAddress: string
  readonly userPrincipalName: string
  readonly type: RecipientType
  readonly password?: string
  readonly firstName?: string
  readonly lastName?: string
}

/** A credential of an app that expires soon, or has expired. */
export interface EndingCredential {
  readonly keyId: Guid
  readonly kind: 'secret' | 'certificate'
  readonly displayName: string | undefined
  /** The first characters of a secret, the SHA-1 thumbprint of a certificate. */
  readonly hint: string
  readonly ends: number
  readonly app: { readonly id: AppObjectId; readonly appId: AppId; readonly displayName: string }
}
