import type { TenantId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { Sql } from '../../storage/engine.ts'
import { KeyRing } from './key-ring.ts'
import { mint } from './mint.ts'
import { mintId } from './mint-id.ts'
import { subjectFor } from './subject.ts'
import type { Tokens } from './types.ts'
import { VerifiedTokens } from './verified.ts'
import { judgeTime, verifySignature } from './verify.ts'

/** How many verified tokens are kept in mind: some 2 KB each. */
const REMEMBERED = 10_000

export interface TokensDeps {
  readonly sql: Sql
  readonly world: World
  readonly log: Log
  /** `iss` of a tenant's tokens, in version 1 with a trailing slash. */
  readonly issuer: (tenant: TenantId, version: 1 | 2) => string
}

/** Mints and verifies access tokens. */
export function createTokens(deps: TokensDeps): Tokens {
  const { world, issuer } = deps
  const ring = new KeyRing(deps)
  const verified = new VerifiedTokens(REMEMBERED)
  const expected = { issuer, key: (kid: string) => ring.named(kid) }

  return {
    issuer: (tenant, version = 1) => issuer(tenant, version),
    mint: async (grant) => mint(world, await ring.signing(), issuer(grant.tenant, grant.version), grant),
    mintId: async (grant) => mintId(world, await ring.signing(), grant),
    async verify(token) {
      const known = verified.get(token)
      if (known) {
        const verdict = judgeTime(known, world.now())
        if (!verdict.ok) verified.forget(token)
        return verdict
      }
      const verdict = await verifySignature(token, expected)
      if (!verdict.ok) return verdict
      const timely = judgeTime(verdict.claims, world.now())
      if (timely.ok) verified.remember(token, verdict.claims)
      return timely
    },
    keys: async () => (await ring.published()).map((key) => key.published),
    subject: subjectFor,
  }
}
