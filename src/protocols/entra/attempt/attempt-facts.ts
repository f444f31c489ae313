import type { SignInKind, SignInUser, UsedCredential } from '../../../domain/audit/types.ts'
import type { App, ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'

/** What is known of a sign-in so far. */
export interface AttemptFacts {
  readonly tenant?: Tenant
  readonly app?: App
  /** The app as the tenant has it. */
  readonly principal?: ServicePrincipal
  readonly user?: SignInUser
  readonly resource?: ServicePrincipal
  readonly credential?: UsedCredential
  /** Values of the scopes that nobody consented to. */
  readonly missing?: readonly string[]
  /** Of what sort the sign-in is where neither the person nor the page tells. */
  readonly kind?: SignInKind
}
