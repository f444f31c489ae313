import type { HttpRequest } from '../../../core/http.ts'
import type { AccessToken } from '../../../domain/tokens/types.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { EntraDeps } from '../deps.ts'
import type { Form } from '../form.ts'

export type EndpointVersion = 'v1' | 'v2'

/** A request at the token endpoint, its form read. */
export interface TokenRequest {
  readonly http: HttpRequest
  readonly form: Form
  readonly version: EndpointVersion
  /** The first segment of the path, as given. */
  readonly tenant: string
  /** What is found out goes here, for the record. */
  readonly attempt: Attempt
}

/** What a grant was redeemed for. */
export interface Issued {
  readonly access: AccessToken
  /** The resource string as the client asked for it. */
  readonly resource: string
  /** Delegated: the scopes that were granted, in the spelling of the request. */
  readonly scope?: string
  readonly refreshToken?: string
  /** Seconds, where its end is fixed. */
  readonly refreshTokenExpiresIn?: number
  readonly idToken?: string
  /** docs/reference/identity.md §7.5: where the client asked for it. */
  readonly clientInfo?: string
}

/** One `grant_type`. */
export interface Grant {
  readonly type: string
  redeem(deps: EntraDeps, request: TokenRequest): Promise<Issued>
}
