import type { AppId, AppObjectId, Guid, MailboxId, ServicePrincipalId, TenantId, UserId } from '../../core/ids.ts'
import type { SettingListChange, SettingsChange, StoredSettings } from './exchange/mailboxes/kept-settings.ts'
import type { MailFlow } from './exchange/recipients/mail-flow.ts'
import type { AppRole, PermissionScope } from '../../core/well-known/resource.ts'

export interface Tenant {
  readonly id: TenantId
  readonly displayName: string
  /** The verified domains in lower case; the first is the default one. */
  readonly domains: readonly string[]
  /** The domain that the tenant was created with. It stays. */
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
  /** Undefined for a domain that is as old as its tenant. */
  readonly created: number | undefined
}

/**
 * The domains of the tenants. A verified domain belongs to one tenant, which may have addresses in it; several tenants may
 * add the same domain until one of them proves that it owns it, with a TXT record in the DNS.
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
  /** When the password was set last; undefined for whoever has none. */
  readonly passwordChanged: number | undefined
  /** When all sign-ins until then were revoked; undefined where they never were. */
  readonly signInsRevoked: number | undefined
  readonly created: number
}

/** A client secret; the value itself is shown once and kept only as a hash. */
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
  /** Whether it may do without a credential where no redirect URI tells (device code, password). */
  readonly allowsPublicClient: boolean
  /** Of the tokens that it takes as a resource. */
  readonly accessTokenVersion: 1 | 2
  /** What others can be granted on it. */
  readonly appRoles: readonly AppRole[]
  readonly oauth2PermissionScopes: readonly PermissionScope[]
  /** Graph's `web`, `spa`, `publicClient`, `api`, `tags`, `notes` …, kept as given. */
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
  /** As its app is called where it is registered. */
  readonly appDisplayName: string
  readonly signInAudience: string
  readonly redirectUris: RedirectUris
  /** What others can be granted on it. */
  readonly appRoles: readonly AppRole[]
  readonly oauth2PermissionScopes: readonly PermissionScope[]
  /** Of the tokens that it takes as a resource. */
  readonly accessTokenVersion: 1 | 2
  /** The identifiers by which a scope may name it as a resource, the appId among them. */
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

/** What `New-ServicePrincipal` makes: Exchange's own pointer to a service principal, believed as given. */
export interface ExchangeServicePrincipal {
  /** Exchange's own Guid: neither the ObjectId nor the AppId. */
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

/** A mailbox as Exchange's directory knows it; its folders and messages are `domain/mail`'s. */
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
  /** Whether SMTP lets nobody sign in to it; undefined is as the tenant says. */
  readonly smtpClientAuthenticationDisabled: boolean | undefined
  /** What else `Set-CASMailbox` was told. */
  readonly protocols: StoredSettings
  /** What `Set-Mailbox` was told; recipients by their ids. */
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
  /** A mail-enabled security group: whoever is in it. */
  | { readonly kind: 'group'; readonly id: Guid; readonly name: string; readonly sid: string }
  /** Who is gone, or cannot be had back: a user, a group or a service principal of which only the SID is left. */
  | { readonly kind: 'unresolved'; readonly id: Guid; readonly name: string; readonly sid: string }
  /** `NT AUTHORITY\SELF`, on every mailbox. */
  | { readonly kind: 'self'; readonly name: string; readonly sid: string }

export interface MailboxPermission {
  readonly mailbox: MailboxId
  readonly trustee: Trustee
  readonly accessRights: readonly AccessRight[]
  readonly deny: boolean
  readonly inheritanceType: string
  /** When FullAccess was granted or denied; when the entry was made where it has none. */
  readonly since: number
}

/** An entry that counts for an account. */
export interface HeldPermission extends Pick<MailboxPermission, 'accessRights' | 'deny' | 'inheritanceType' | 'since'> {
  /** The group that the account is in, where the entry is a group's and not its own. */
  readonly through: { readonly id: Guid; readonly name: string } | undefined
}

/** docs/reference/identity.md §2.3: an outside issuer's word that takes the place of an app's own credential. */
export interface FederatedCredential {
  readonly id: Guid
  readonly name: string
  readonly issuer: string
  readonly subject: string
  readonly audiences: readonly string[]
  readonly description: string | undefined
}

/** Where an app takes its answers, by the kind of client that waits there (Graph's `web`, `spa`, `publicClient`). */
export interface RedirectUris {
  readonly web: readonly string[]
  readonly spa: readonly string[]
  readonly publicClient: readonly string[]
}

/** A delegated permission that was consented to (Graph's oAuth2PermissionGrant). */
export interface Consent {
  readonly id: string
  readonly tenant: TenantId
  readonly client: ServicePrincipalId
  readonly consentType: 'AllPrincipals' | 'Principal'
  /** Of a `Principal` consent. */
  readonly user: UserId | undefined
  readonly resource: ServicePrincipalId
  /** Values of scopes. */
  readonly scopes: readonly string[]
  readonly created: number
}

export type NewConsent = Pick<Consent, 'client' | 'consentType' | 'user' | 'resource' | 'scopes'>

/** What apps may do for people. */
export interface Consents {
  find(tenant: TenantId, id: string): Promise<Consent | undefined>
  /** In order of creation. */
  page(tenant: TenantId, asked: PageRequest<ConsentWhere>): Promise<readonly Consent[]>
  /** Values of the scopes of `resource` that `client` may use for `user`: everybody's and that person's own. */
  scopes(
    tenant: TenantId,
    on: { client: ServicePrincipalId; resource: ServicePrincipalId; user: UserId },
  ): Promise<ReadonlySet<string>>
  /** Refuses `already-exists` where there is one for the same client, resource and people. */
  create(tenant: TenantId, consent: NewConsent): Promise<Consent>
  /** Adds to the one there is, or makes it. */
  grant(tenant: TenantId, consent: NewConsent): Promise<Consent>
  update(tenant: TenantId, id: string, scopes: readonly string[]): Promise<Consent>
  remove(tenant: TenantId, id: string): Promise<void>
}

export type RoleMember =
  | { readonly kind: 'user'; readonly id: UserId; readonly displayName: string }
  | { readonly kind: 'servicePrincipal'; readonly id: ServicePrincipalId; readonly displayName: string }

/** The answer to a person who typed a password; for whoever is not there it takes as long. */
export type PasswordCheck =
  | { readonly ok: true; readonly user: User; readonly mustChange: boolean }
  | {
      readonly ok: false
      readonly because: 'unknown' | 'wrong' | 'locked' | 'disabled' | 'no-password'
      readonly user: User | undefined
    }

/** The answer to a client that showed a credential of an app. */
export type CredentialCheck =
  | { readonly ok: true; readonly keyId: Guid }
  | { readonly ok: false; readonly because: 'none-matches' | 'expired' | 'not-yet-valid' | 'no-credentials' }

/** Which of an app's secrets a text is. `keyIdGiven`: it is the keyId of one, a common mistake. */
export type SecretCheck = (value: string) => CredentialCheck & { readonly keyIdGiven?: boolean }

/** Where a thing stands among its kind: by its creation, and by its id among those made at once. */
export interface PagePosition {
  readonly created: number
  readonly id: string
}

/** In any letter case. */
export type Match = { readonly is: string } | { readonly startsWith: string }

export interface UserWhere {
  readonly userPrincipalName?: Match | undefined
  readonly mail?: Match | undefined
  readonly displayName?: Match | undefined
}

/** Of apps and of service principals. */
export interface AppWhere {
  readonly appId?: Match | undefined
  readonly displayName?: Match | undefined
}

/** Of consents. */
export interface ConsentWhere {
  readonly client?: ServicePrincipalId | undefined
  readonly resource?: ServicePrincipalId | undefined
  readonly user?: UserId | undefined
}

export interface PageRequest<W> {
  readonly limit: number
  /** The last one of the page before. */
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

/** Who may change an app without a directory role, or by `Application.ReadWrite.OwnedBy`. */
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
  /** Whether the password has to be changed before the first sign-in. */
  readonly mustChangePassword?: boolean
  readonly givenName?: string
  readonly surname?: string
}

/** What is absent stays. A mailbox behind the user takes over the names. */
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

/** What is absent stays. */
export interface MailboxChange {
  readonly name?: string
  readonly alias?: string
  readonly displayName?: string
  readonly type?: RecipientType
  /** With their prefixes; one with `SMTP:` becomes the primary one. */
  readonly emailAddresses?: SettingListChange
  readonly primarySmtpAddress?: string
  readonly settings?: SettingsChange
  readonly imapEnabled?: boolean
  readonly popEnabled?: boolean
  /** Null is as the tenant says. */
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

/** A credential of an app that ends, or has ended. */
export interface EndingCredential {
  readonly keyId: Guid
  readonly kind: 'secret' | 'certificate'
  readonly displayName: string | undefined
  /** The first characters of a secret, the SHA-1 thumbprint of a certificate. */
  readonly hint: string
  readonly ends: number
  readonly app: { readonly id: AppObjectId; readonly appId: AppId; readonly displayName: string }
}
