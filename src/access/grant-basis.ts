import { SECOND } from '../core/time.ts'
import type { AppId, Guid, MailboxId } from '../core/ids.ts'
import type { Directory, MailboxRecord } from '../domain/directory/types.ts'
import type { TokenClaims } from '../domain/tokens/types.ts'
import type { MailSubject, Rules } from './checks/check.ts'
import { type Decision, graphSteps, mailSteps, type Step } from './decide.ts'
import { graphMailboxFact, mailboxFact, tokenPrincipal } from './facts.ts'
import type { Caller, GraphPermission, MailProtocol } from './types.ts'

/** The facts to decide about an entry again. */
export interface BasisContext {
  readonly steps: readonly Step[]
  readonly mailbox: () => Promise<MailboxRecord | undefined>
}

/** The facts on which an entry was granted. */
export interface GrantBasis {
  /** The same for entries that are kept or revoked together. */
  readonly key: string
  readonly protocol: MailProtocol | 'graph'
  readonly app: AppId
  readonly mailbox: { readonly id: MailboxId; readonly guid: Guid }
  /** The directory objects whose change can change the decision. */
  readonly subjects: readonly Guid[]
  /** When the token expires, in milliseconds since the epoch; a password does not expire. */
  readonly ends: number | undefined
  /** The key that signed the token. */
  readonly signedBy: string | undefined
  /** `ended`: the token has expired. */
  judging(directory: Directory, ended: boolean): Promise<BasisContext>
}

interface Basis extends Pick<MailSubject, 'protocol' | 'address' | 'rules'> {
  readonly claims: TokenClaims
  readonly mailbox: GrantBasis['mailbox']
  readonly signedBy: string | undefined
}

/** Equal for the same caller, mailbox and protocol, and tokens of one key that end together. */
export type TokenBasis = GrantBasis & Basis

export function grantBasisOf(basis: Basis): TokenBasis {
  const { claims, mailbox, protocol, address, signedBy } = basis
  return {
    ...basis,
    key: JSON.stringify([claims.oid, claims.appid, mailbox.id, protocol, address, claims.exp, signedBy]),
    app: claims.appid,
    // A user is an object of its own, and a consent belongs to the app. Groups of users belong to the tenant, as the
    // switch of submission does.
    subjects: [
      claims.appid,
      mailbox.guid,
      ...(claims.idtyp === 'user' ? [claims.oid] : []),
      ...(claims.idtyp === 'user' || protocol === 'smtp' ? [claims.tid] : []),
    ],
    ends: claims.exp * SECOND,
    async judging(directory, ended) {
      // A connection may outlive its token, but its claims do not count any more: the role must then be assigned, or
      // the scope consented to.
      const rules = { ...basis.rules, immediateRevocation: basis.rules.immediateRevocation || ended }
      const found = mailboxFact(directory, claims.tid, address)
      const principal = tokenPrincipal(directory, claims)
      const subject = { ...principal, rules, directory, protocol, address, mailbox: found, simulated: false }
      return { steps: await mailSteps(subject), mailbox: found }
    },
  }
}

interface GraphBasisInput {
  readonly claims: TokenClaims
  readonly signedBy: string | undefined
  readonly permission: GraphPermission
  /** The user as the path named them. */
  readonly address: string
  readonly rules: Rules
  readonly mailbox: GrantBasis['mailbox']
}

/** The same for a request of Graph. Roles of Exchange and policies depend on groups, so the tenant counts too. */
export function graphBasisOf({
  claims,
  signedBy,
  permission,
  address,
  rules: given,
  mailbox,
}: GraphBasisInput): GrantBasis {
  return {
    key: JSON.stringify([claims.oid, claims.appid, mailbox.id, 'graph', permission, address, claims.exp, signedBy]),
    protocol: 'graph',
    app: claims.appid,
    mailbox,
    subjects: [claims.appid, mailbox.guid, claims.oid, claims.tid],
    ends: claims.exp * SECOND,
    signedBy,
    async judging(directory, ended) {
      const rules = { ...given, immediateRevocation: given.immediateRevocation || ended }
      const found = graphMailboxFact(directory, claims.tid, address)
      const principal = tokenPrincipal(directory, claims)
      const opening = { protocol: 'graph', permission, address, mailbox: found } as const
      const subject = { ...principal, rules, directory, simulated: false, ...opening }
      return { steps: await graphSteps(subject), mailbox: found }
    },
  }
}

/** Grants that are remembered, a few KB each; beyond it all are made again. */
const MOST = 5000

/** A granted decision and its facts. It is valid until the tenant's directory changes. */
export interface CachedGrant {
  readonly decision: Decision
  readonly caller: Caller
  readonly ground: TokenBasis
}

/** A yes to a request of Graph. */
export interface GraphGrant {
  readonly ground: GrantBasis
  readonly caller: Caller
  readonly record: MailboxRecord
  readonly basic: boolean
}

/**
 * Cached grants of tokens that are presented repeatedly. Discard it when the directory changes: a decision that is
 * still running then stores its grant in the discarded instance, which is not read again.
 */
export class CachedGrants {
  readonly mail = new GrantsByToken<CachedGrant>()
  readonly graph = new GrantsByToken<GraphGrant>()
}

class GrantsByToken<Grant> {
  #byToken = new WeakMap<TokenClaims, Map<string, Grant>>()
  #count = 0

  /** `claims`: the very ones that verifying a known token gives each time. `what` is what the caller asked for. */
  find(claims: TokenClaims, what: string): Grant | undefined {
    return this.#byToken.get(claims)?.get(what)
  }

  remember(claims: TokenClaims, what: string, grant: Grant): Grant {
    if (this.#count >= MOST) {
      this.#byToken = new WeakMap()
      this.#count = 0
    }
    this.#count++
    const grants = this.#byToken.get(claims) ?? new Map<string, Grant>()
    this.#byToken.set(claims, grants.set(what, grant))
    return grant
  }
}
