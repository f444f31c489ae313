import type { TokenClaims } from '../../domain/tokens/types.ts'
import type { Decision } from '../decide.ts'
import type { TokenBasis } from '../grant-basis.ts'
import type { Caller, MailProtocol } from '../types.ts'

/** Grants that are remembered, a few KB each; beyond it all are made again. */
const MOST = 5000

/** A yes and all that it says. It stays the same until something in the tenant's directory changes. */
export interface CachedGrant {
  readonly decision: Decision
  readonly caller: Caller
  readonly ground: TokenBasis
}

/**
 * The grants of tokens that are presented repeatedly. Discard it when the directory changes: a decision under way then
 * stores its grant in the discarded instance, where nobody reads it.
 */
export class CachedGrants {
  #byToken = new WeakMap<TokenClaims, Map<string, CachedGrant>>()
  #count = 0

  /** `claims`: the very ones that verifying a known token gives each time. */
  find(claims: TokenClaims, protocol: MailProtocol, address: string | undefined): CachedGrant | undefined {
    return this.#byToken.get(claims)?.get(`${protocol} ${address}`)
  }

  remember(grant: CachedGrant): CachedGrant {
    const { claims, protocol, address } = grant.ground
    if (this.#count >= MOST) {
      this.#byToken = new WeakMap()
      this.#count = 0
    }
    this.#count++
    const grants = this.#byToken.get(claims) ?? new Map<string, CachedGrant>()
    this.#byToken.set(claims, grants.set(`${protocol} ${address}`, grant))
    return grant
  }
}
