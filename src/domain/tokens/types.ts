import type { AppId, ServicePrincipalId, TenantId } from '../../core/ids.ts'

/** contract/identity §4.2: the claims of an app-only v1 access token, as minted and as read back. */
export interface AppTokenClaims {
  readonly aud: string
  readonly iss: string
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  readonly app_displayname: string
  readonly appid: AppId
  readonly appidacr: '0' | '1' | '2'
  readonly idp: string
  readonly idtyp: 'app'
  readonly oid: ServicePrincipalId
  /** Absent when nothing was granted. */
  readonly roles?: readonly string[]
  readonly sub: ServicePrincipalId
  readonly tid: TenantId
  readonly uti: string
  readonly ver: '1.0'
  readonly wids: readonly string[]
}

export interface AppGrant {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly appDisplayName: string
  readonly servicePrincipal: ServicePrincipalId
  /** The resource string as the client asked for it. */
  readonly audience: string
  readonly roles: readonly string[]
  readonly wids: readonly string[]
  readonly appidacr: '1' | '2'
  /** Seconds. */
  readonly lifetime: number
}

export interface AccessToken {
  readonly token: string
  /** Seconds from now until it ends. */
  readonly expiresIn: number
  readonly claims: AppTokenClaims
}

/** Why a token is none of ours, or not good now. */
export type TokenFault = 'malformed' | 'unknown-key' | 'bad-signature' | 'wrong-issuer' | 'expired' | 'not-yet-valid'

export type Verdict =
  | { readonly ok: true; readonly claims: AppTokenClaims }
  /** `claims` when the signature held and only time or issuer did not; for the record, never for access. */
  | {
      readonly ok: false
      readonly fault: TokenFault
      readonly evidence: string
      readonly claims?: Partial<AppTokenClaims>
    }

/** RFC 7517, with the members that Entra publishes (contract/identity §1.5). */
export interface PublicKey {
  readonly kty: 'RSA'
  readonly use: 'sig'
  readonly kid: string
  readonly x5t: string
  readonly n: string
  readonly e: string
  readonly x5c: readonly string[]
}

export interface Tokens {
  mint(grant: AppGrant): Promise<AccessToken>
  verify(token: string): Promise<Verdict>
  /** The keys that are published, the newest first. */
  keys(): Promise<readonly PublicKey[]>
  /** `iss` of v1 tokens for a tenant, with its trailing slash. */
  issuer(tenant: TenantId): string
}
