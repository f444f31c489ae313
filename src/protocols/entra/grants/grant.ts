import type { HttpRequest } from '../../../core/http.ts'
import type { AccessToken } from '../../../domain/tokens/types.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { EntraDeps } from '../deps.ts'
import type { Form } from '../form.ts'

export type EndpointVersion = 'v1' | 'v2'

/** A request at the token endpoint, with its form parsed. */
export interface TokenRequest {
  readonly http: HttpRequest
  readonly form: Form
  readonly version: EndpointVersion
  /** The first segment of the path, as sent. */
  readonly tenant: string
  /** Collects the facts for the record. */
  readonly attempt: Attempt
}

/** The result of a token request. */
export interface IssuedTokens {
  readonly access: AccessToken
  /** The resource string as the client asked for it. */
  readonly resource: string
  /** Delegated: the scopes that were granted, in the spelling of the request. */
  readonly scope?: string
  readonly refreshToken?: string
  /** Seconds; set if the end is fixed. */
  readonly refreshTokenExpiresIn?: number
  readonly idToken?: string
  /** docs/reference/identity.md §7.5: set if the client asked for it. */
  readonly clientInfo?: string
}

/** A `grant_type` of the token endpoint. */
export interface Grant {
  readonly type: string
  redeem(deps: EntraDeps, request: TokenRequest): Promise<IssuedTokens>
}
