import { hash } from 'node:crypto'
import type { TenantId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { Leases, Notifier, Sql } from '../../storage/engine.ts'
import { KeyRing } from './key-ring.ts'
import { KeyTable, type MasterKeys } from './key-table.ts'
import { mint, mintId, subjectFor } from './mint.ts'
import type { Schedule } from './schedule.ts'
import type { SigningKey } from './signing-key.ts'
import type { KeyOnRing, TokenClaims, Tokens } from './types.ts'
import { judgeTime, verifySignature } from './verify.ts'

/** The cache of verified tokens, in octets: about 15,000 tokens with their claims. */
const CACHE_OCTETS = 24 * 1024 * 1024

export interface TokensDeps {
  readonly sql: Sql
  readonly notifier: Notifier
  /** Absent: this is the only node. */
  readonly leases?: Leases
  readonly world: World
  readonly log: Log
  /** `iss` of a tenant's tokens; v1 has a trailing slash. */
  readonly issuer: (tenant: TenantId, version: 1 | 2) => string
  /** 90 days each, and published two days before, when absent. */
  readonly schedule?: Schedule
  /** Keys are stored in clear when absent. */
  readonly master?: MasterKeys
}

/** Issues and verifies access tokens. */
export function createTokens(deps: TokensDeps): Tokens {
  const { sql, notifier, leases, world, log, issuer } = deps
  const { schedule = { rotation_days: 90, publish_ahead_hours: 48 } } = deps
  const master = deps.master ?? { current: undefined, previous: undefined }
  const table = new KeyTable({ sql, notifier, world, master })
  const ring = new KeyRing({ table, world, log, schedule, leased: leases !== undefined })
  const verified = new VerifiedTokens(CACHE_OCTETS)
  const signers = new WeakMap<TokenClaims, string>()
  const expected = { issuer, key: (kid: string) => ring.named(kid) }
  const shown = (key: SigningKey, signing: SigningKey): KeyOnRing => ({
    kid: key.kid,
    state: key.signsFrom > world.now() ? 'published' : key.kid === signing.kid ? 'signing' : 'retired',
    created: key.created,
    signsFrom: key.signsFrom,
    ends: key.ends,
    encrypted: key.encrypted,
  })

  return {
    async ready() {
      const sealed = await table.sealAll()
      if (sealed > 0) {
        log.warn(
          { keys: sealed },
          'The keys that sign tokens are encrypted from now on; copies of the data made before hold them in clear, and New-SigningKey makes another',
        )
      }
      await ring.signing()
      leases?.run('signing keys', (signal) => ring.makeNext(signal))
    },
    issuer: (tenant, version = 1) => issuer(tenant, version),
    mint: async (grant) => mint(world, await ring.signing(), issuer(grant.tenant, grant.version), grant),
    mintId: async (grant) => mintId(world, await ring.signing(), grant),
    async verify(token) {
      const known = verified.get(token)
      if (known && ring.believed(known.kid)) {
        const verdict = judgeTime(known.claims, world.now())
        if (!verdict.ok) verified.forget(token)
        return verdict
      }
      if (known) verified.forget(token)
      const proof = await verifySignature(token, expected)
      if (!proof.ok) return proof
      const verdict = judgeTime(proof.claims, world.now())
      if (verdict.ok) {
        verified.remember(token, proof.claims, proof.kid)
        signers.set(proof.claims, proof.kid)
      }
      return verdict
    },
    signerOf: (claims) => signers.get(claims),
    keys: async () => (await ring.published()).map((key) => key.published),
    subject: subjectFor,
    ring: {
      async all() {
        const signing = await ring.signing()
        return (await ring.published()).map((key) => shown(key, signing))
      },
      async rotate(options) {
        const made = await ring.rotate(options)
        return shown(made, await ring.signing())
      },
      revoke: (kid) => ring.revoke(kid),
      isRevoked: (kid) => ring.isRevoked(kid),
      whenRevoked: (run) => ring.whenRevoked(run),
    },
  }
}

interface Entry {
  readonly claims: TokenClaims
  /** The `kid` of the key that signed it. */
  readonly kid: string
  /** The size of the token; its claims take about as much. */
  readonly octets: number
}

/** Tokens with a verified signature, by their hash, so that a repeated token needs no second verification. */
class VerifiedTokens {
  readonly #entries = new Map<string, Entry>()
  readonly #most: number
  #octets = 0

  /** `most`: the size of the cache in octets; the oldest tokens are removed. */
  constructor(most: number) {
    this.#most = most
  }

  get(token: string): Entry | undefined {
    return this.#entries.get(keyOf(token))
  }

  remember(token: string, claims: TokenClaims, kid: string): void {
    this.forget(token)
    this.#entries.set(keyOf(token), { claims, kid, octets: token.length })
    this.#octets += token.length
    for (const key of this.#entries.keys()) {
      if (this.#octets <= this.#most) break
      this.#drop(key)
    }
  }

  forget(token: string): void {
    this.#drop(keyOf(token))
  }

  #drop(key: string): void {
    this.#octets -= this.#entries.get(key)?.octets ?? 0
    this.#entries.delete(key)
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64url')
