import { HOUR } from '../../core/duration.ts'
import type { AppId, Guid, ServicePrincipalId, TenantId, UserId } from '../../core/ids.ts'
import { seconds } from '../../core/world.ts'

/** Seconds: the longest that any token is good, 28 hours (docs/reference/identity.md §2.4). */
export const LONGEST_LIFETIME: number = seconds(28 * HOUR)

/** How a client proved who it is: not at all (a public client), by a secret, by a certificate or an assertion. */
export type Appidacr = '0' | '1' | '2'

/**
 * docs/reference/identity.md §4.2: what every access token says. Those of version 2 are read back under the names of
 * version 1, and what is marked so is not in them.
 */
interface CommonClaims {
  readonly aud: string
  readonly iss: string
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  /** Opaque, as `rh` is. */
  readonly aio: string
  /** Version 2 does not say it: there it is read back as the appId. */
  readonly app_displayname: string
  /** `azp` in version 2. */
  readonly appid: AppId
  /** `azpacr` in version 2. */
  readonly appidacr: Appidacr
  readonly rh: string
  readonly tid: TenantId
  readonly uti: string
  readonly ver: '1.0' | '2.0'
  /** Templates of directory roles held. */
  readonly wids: readonly string[]
  /** The client's capabilities, where it said that it has some. */
  readonly xms_cc?: readonly string[]
}

/** The claims of an app-only access token, as minted and as read back. */
export interface AppTokenClaims extends CommonClaims {
  /** Not in version 2. */
  readonly idp?: string
  readonly idtyp: 'app'
  readonly oid: ServicePrincipalId
  /** Absent when nothing was granted. */
  readonly roles?: readonly string[]
  readonly sub: ServicePrincipalId
  /** Microsoft Graph is told when the tenant was made (seconds since the epoch), and its region. */
  readonly xms_tcdt?: number
  readonly tenant_region_scope?: string
}

/** docs/reference/identity.md §4.5: the claims of an access token by which an app acts for a person. */
export interface UserTokenClaims extends CommonClaims {
  readonly idtyp: 'user'
  /** This and the next three are not in version 2. */
  readonly acr?: '1'
  readonly amr?: readonly string[]
  readonly ipaddr?: string
  readonly puid?: string
  readonly name: string
  readonly oid: UserId
  /** Values of scopes, parted by spaces. */
  readonly scp: string
  /** The browser session or the sign-in that it goes back to. */
  readonly sid: Guid
  /** Pairwise: another one for each app. */
  readonly sub: string
  /** Not in version 2. */
  readonly unique_name?: string
  /** `preferred_username` in version 2. */
  readonly upn: string
}

export type TokenClaims = AppTokenClaims | UserTokenClaims

/** The client that a token is for, and the resource that it opens. */
interface CommonGrant {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly appDisplayName: string
  /** The resource string as the client asked for it; of a resource that takes version 2, its appId. */
  readonly audience: string
  /** The version that the resource takes (docs/reference/identity.md §4.3). */
  readonly version: 1 | 2
  readonly wids: readonly string[]
  readonly appidacr: Appidacr
  /** Seconds, {@link LONGEST_LIFETIME} at most. */
  readonly lifetime: number
  /** What the client said that it can do (`xms_cc`); `cp1` for hearing that a long token ended early. */
  readonly capabilities?: readonly string[]
  /**
   * docs/reference/identity.md §4.1: a nonce in the header, so that nobody but this server can check the signature as
   * it stands.
   */
  readonly nonceInHeader?: boolean
}

export interface AppGrant extends CommonGrant {
  readonly kind: 'app'
  readonly servicePrincipal: ServicePrincipalId
  readonly roles: readonly string[]
  /** docs/reference/identity.md §4.2: of the tenant, what Graph's tokens tell. Milliseconds since the epoch. */
  readonly tenantCreated?: number
}

/** A person as tokens tell of one. */
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
  /** The address that the person signed in from. */
  readonly from: string | undefined
}

/** docs/reference/identity.md §7.5: what an ID token tells the app that asked for one. */
export interface IdGrant {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly user: TokenUser
  /** `iss` of that version's tokens. */
  readonly issuer: string
  /** Of the endpoint that the app asked. */
  readonly version: 1 | 2
  readonly nonce: string | undefined
  /** Seconds since the epoch. */
  readonly authenticated: number
  readonly session: Guid
  /** Which of `profile` and `email` were asked for. */
  readonly scopes: readonly string[]
  /** The code and the access token that come with it, for `c_hash` and `at_hash` (OpenID Connect Core 1.0 §3.3.2.11). */
  readonly code?: string
  readonly accessToken?: string
  /** Seconds. */
  readonly lifetime: number
}

export interface AccessToken<Claims extends TokenClaims = TokenClaims> {
  readonly token: string
  /** Seconds from now until it ends. */
  readonly expiresIn: number
  readonly claims: Claims
}

/** Why a token is none of ours, or not good now. */
export type TokenFault = 'malformed' | 'unknown-key' | 'bad-signature' | 'wrong-issuer' | 'expired' | 'not-yet-valid'

export type Verdict<Claims extends TokenClaims = TokenClaims> =
  | { readonly ok: true; readonly claims: Claims }
  /** `claims` when the signature held and only time or issuer did not; for the record, never for access. */
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
  /** Published before it signs; signing; or retired, and believed until all that it signed is over. */
  readonly state: 'published' | 'signing' | 'retired'
  readonly created: number
  readonly signsFrom: number
  readonly ends: number
  /** Whether its private half is encrypted where it is kept. */
  readonly encrypted: boolean
}

/** The keys that sign tokens, the one that signs last first. */
export interface SigningKeys {
  all(): Promise<readonly KeyOnRing[]>
  /** Makes another key. It signs as soon as it has been published for long enough; `immediately` does not wait. */
  rotate(options: { readonly immediately: boolean }): Promise<KeyOnRing>
  /** Ends a key now, and every token that it signed. Refuses `no-such-thing`. */
  revoke(kid: string): Promise<void>
  /** Whether a key was taken back before its time, by whomever, as far as it is known by now. */
  isRevoked(kid: string): boolean
  /** Runs whenever it has become known that keys were taken back. */
  whenRevoked(run: () => void): void
}

export interface Tokens {
  /** Encrypts what is to be encrypted, and makes the first key. Refuses a master key that does not open the keys. */
  ready(): Promise<void>
  mint(grant: AppGrant | UserGrant): Promise<AccessToken>
  mintId(grant: IdGrant): Promise<string>
  verify(token: string): Promise<Verdict>
  /** The key by whose signature the token was verified of which these very claims were read. */
  signerOf(claims: TokenClaims): string | undefined
  /** The keys that are published, the newest first. */
  keys(): Promise<readonly PublicKey[]>
  /** `iss` of a tenant's tokens, in version 1 with a trailing slash. */
  issuer(tenant: TenantId, version?: 1 | 2): string
  /** The pairwise `sub` by which an app knows a person (OpenID Connect Core 1.0 §8.1). */
  subject(appId: AppId, user: UserId): string
  readonly ring: SigningKeys
}
