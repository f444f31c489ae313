import { HOUR } from '../../core/time.ts'
import type { AppId, Guid, ServicePrincipalId, TenantId, UserId } from '../../core/ids.ts'
import { seconds } from '../../core/world.ts'

/** The longest lifetime of a token in seconds: 28 hours (docs/reference/identity.md §2.4). */
export const LONGEST_LIFETIME: number = seconds(28 * HOUR)

/** How the client authenticated: not at all (a public client), with a secret, or with a certificate or assertion. */
export type Appidacr = '0' | '1' | '2'

/**
 * docs/reference/identity.md §4.2: the claims of every access token, with the names of v1. Claims that v2 does not have
 * are marked.
 */
interface CommonClaims {
  readonly aud: string
  readonly iss: string
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  /** Opaque, as `rh` is. */
  readonly aio: string
  /** Not in v2: there it is read as the appId. */
  readonly app_displayname: string
  /** `azp` in version 2. */
  readonly appid: AppId
  /** `azpacr` in version 2. */
  readonly appidacr: Appidacr
  readonly rh: string
  readonly tid: TenantId
  readonly uti: string
  readonly ver: '1.0' | '2.0'
  /** Template ids of directory roles. */
  readonly wids: readonly string[]
  /** The client's capabilities, if it sent any. */
  readonly xms_cc?: readonly string[]
}

/** The claims of an app-only access token, as minted and as read back. */
export interface AppTokenClaims extends CommonClaims {
  /** Not in version 2. */
  readonly idp?: string
  readonly idtyp: 'app'
  readonly oid: ServicePrincipalId
  /** Absent if no role is assigned. */
  readonly roles?: readonly string[]
  readonly sub: ServicePrincipalId
  /** Only in tokens for Microsoft Graph: the creation time of the tenant (seconds since the epoch), and its region. */
  readonly xms_tcdt?: number
  readonly tenant_region_scope?: string
}

/** docs/reference/identity.md §4.5: the claims of an access token of an app that acts for a user. */
export interface UserTokenClaims extends CommonClaims {
  readonly idtyp: 'user'
  /** This and the next three are not in version 2. */
  readonly acr?: '1'
  readonly amr?: readonly string[]
  readonly ipaddr?: string
  readonly puid?: string
  readonly name: string
  readonly oid: UserId
  /** Scope values, separated by spaces. */
  readonly scp: string
  /** The browser session of the sign-in. */
  readonly sid: Guid
  /** Pairwise: different for each app. */
  readonly sub: string
  /** Not in version 2. */
  readonly unique_name?: string
  /** `preferred_username` in version 2. */
  readonly upn: string
}

export type TokenClaims = AppTokenClaims | UserTokenClaims

/** The client and the resource of a token. */
interface CommonGrant {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly appDisplayName: string
  /** The resource as the client spelled it; in v2 its appId. */
  readonly audience: string
  /** The version that the resource accepts (docs/reference/identity.md §4.3). */
  readonly version: 1 | 2
  readonly wids: readonly string[]
  readonly appidacr: Appidacr
  /** Seconds, at most {@link LONGEST_LIFETIME}. */
  readonly lifetime: number
  /** The client's capabilities (`xms_cc`); `cp1`: it handles the early end of a long token. */
  readonly capabilities?: readonly string[]
  /** docs/reference/identity.md §4.1: adds a nonce to the header, so that only this server can verify the signature. */
  readonly nonceInHeader?: boolean
}

export interface AppGrant extends CommonGrant {
  readonly kind: 'app'
  readonly servicePrincipal: ServicePrincipalId
  readonly roles: readonly string[]
  /**
   * docs/reference/identity.md §4.2: the creation time of the tenant, for Graph's tokens. Milliseconds since the epoch.
   */
  readonly tenantCreated?: number
}

/** The claims about a user. */
export interface TokenUser {
  readonly id: UserId
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mail: string | undefined
}

export interface UserGrant extends CommonGrant {
  readonly kind: 'user'
  readonly user: TokenUser
  readonly scopes: readonly string[]
  /** RFC 8176. */
  readonly amr: readonly string[]
  readonly session: Guid
  /** The IP address of the sign-in. */
  readonly from: string | undefined
}

/** docs/reference/identity.md §7.5: the content of an ID token. */
export interface IdGrant {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly user: TokenUser
  /** `iss` of that version's tokens. */
  readonly issuer: string
  /** The version of the endpoint. */
  readonly version: 1 | 2
  readonly nonce: string | undefined
  /** Seconds since the epoch. */
  readonly authenticated: number
  readonly session: Guid
  /** `profile` and `email`, if the app requested them. */
  readonly scopes: readonly string[]
  /** The code and the access token that go with it, for `c_hash` and `at_hash` (OpenID Connect Core 1.0 §3.3.2.11). */
  readonly code?: string
  readonly accessToken?: string
  /** Seconds. */
  readonly lifetime: number
}

export interface AccessToken<Claims extends TokenClaims = TokenClaims> {
  readonly token: string
  /** Seconds from now until it expires. */
  readonly expiresIn: number
  readonly claims: Claims
}

/** The reason why a token is not accepted. */
export type TokenFault = 'malformed' | 'unknown-key' | 'bad-signature' | 'wrong-issuer' | 'expired' | 'not-yet-valid'

export type Verdict<Claims extends TokenClaims = TokenClaims> =
  | { readonly ok: true; readonly claims: Claims }
  /**
   * `claims` is set if the signature is right and only the time or the issuer is wrong: for the record, never for
   * access.
   */
  | {
      readonly ok: false
      readonly fault: TokenFault
      readonly evidence: string
      readonly claims?: Claims
    }

/** RFC 7517, with the members that Entra publishes (docs/reference/identity.md §1.5). */
export interface PublicKey {
  readonly kty: 'RSA'
  readonly use: 'sig'
  readonly kid: string
  readonly x5t: string
  readonly n: string
  readonly e: string
  readonly x5c: readonly string[]
}

/** A key that signs tokens, as an administrator sees it. Times in milliseconds since the epoch. */
export interface KeyOnRing {
  readonly kid: string
  /** `published` before it signs, `signing`, or `retired`: accepted until all its tokens have expired. */
  readonly state: 'published' | 'signing' | 'retired'
  readonly created: number
  readonly signsFrom: number
  readonly ends: number
  /** True if the private key is stored encrypted. */
  readonly encrypted: boolean
}

/** The keys that sign tokens; the one that signs last comes first. */
export interface SigningKeys {
  all(): Promise<readonly KeyOnRing[]>
  /** Makes another key. It signs after it was published for long enough; `immediately` does not wait. */
  rotate(options: { readonly immediately: boolean }): Promise<KeyOnRing>
  /** Revokes a key, and every token that it signed. Refuses `no-such-thing`. */
  revoke(kid: string): Promise<void>
  /** Returns true if a key is known to be revoked. */
  isRevoked(kid: string): boolean
  /** Calls `run` when keys have been revoked. */
  whenRevoked(run: () => void): void
}

export interface Tokens {
  /** Encrypts the stored keys, and makes the first key. Refuses a master key that does not decrypt them. */
  ready(): Promise<void>
  mint(grant: AppGrant | UserGrant): Promise<AccessToken>
  mintId(grant: IdGrant): Promise<string>
  verify(token: string): Promise<Verdict>
  /** Returns the `kid` of the key that signed the token with these claims. */
  signerOf(claims: TokenClaims): string | undefined
  /** The published keys, the newest first. */
  keys(): Promise<readonly PublicKey[]>
  /** `iss` of a tenant's tokens, in version 1 with a trailing slash. */
  issuer(tenant: TenantId, version?: 1 | 2): string
  /** The pairwise `sub` of a user for an app (OpenID Connect Core 1.0 §8.1). */
  subject(appId: AppId, user: UserId): string
  readonly ring: SigningKeys
}
