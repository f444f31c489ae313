import type { SignInKind, SignInUser, UsedCredential } from '../../../domain/audit/types.ts'
import type { App, ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'

/** The facts that are known about a sign-in so far. */
export interface AttemptFacts {
  readonly tenant?: Tenant
  readonly app?: App
  /** The app's service principal in the tenant. */
  readonly principal?: ServicePrincipal
  readonly user?: SignInUser
  readonly resource?: ServicePrincipal
  readonly credential?: UsedCredential
  /** Values of the scopes that lack consent. */
  readonly missing?: readonly string[]
  /** The kind of the sign-in, if neither the user nor the page tells it. */
  readonly kind?: SignInKind
}
