import type { HttpRequest } from '../../../core/http.ts'
import type { AccessToken } from '../../../domain/tokens/types.ts'
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
}

export interface Issued {
  readonly token: AccessToken
  /** For the log and for v1 answers. */
  readonly about: { readonly tenant: string; readonly appId: string; readonly resource: string }
}

/** One `grant_type`. */
export interface Grant {
  readonly type: string
  redeem(deps: EntraDeps, request: TokenRequest): Promise<Issued>
}
