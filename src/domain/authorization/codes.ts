import { createHash } from 'node:crypto'
import type { Guid } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql } from '../../storage/engine.ts'
import type { Pruning } from './prune.ts'
import { revokeFamily } from './refresh-tokens.ts'
import { freshValue, hashOf } from './secret-values.ts'
import type { Authorizations, CodeChallenge, CodeRequest } from './types.ts'

/** contract/identity §7.1 */
const LIFE = 10 * 60_000

/** `used` remembers which family its redemption began, `replayed` that it may begin none any more. */
type CodeState = 'open' | 'used' | 'replayed'

export function createCodes(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['codes'] {
  const { world } = deps
  return {
    async issue(request) {
      const code = freshValue(world)
      const { tenant } = request.signedIn
      const kept = JSON.stringify({ ...request, challenge: request.challenge && hashed(request.challenge) })
      await deps.sql.write(() =>
        ask(sql`insert into authorization_code (hash, tenant, family, request, ends, state)
          values (${hashOf(code)}, ${tenant}, ${world.guid()}, ${kept}, ${world.now() + LIFE}, 'open')`),
      )
      await deps.pruning.written()
      return code
    },

    redeem: (code, appId) =>
      deps.sql.write(function* () {
        const hash = hashOf(code)
        const row = yield* askOne<{ family: Guid; request: string; ends: number; state: CodeState }>(
          sql`select family, request, ends, state from authorization_code where hash = ${hash}`,
        )
        const request = row && requestOf(row.request)
        if (!row || request?.appId !== appId) return { ok: false, because: 'unknown' } as const
        if (row.state !== 'open') {
          yield* ask(sql`update authorization_code set state = 'replayed' where hash = ${hash}`)
          yield* revokeFamily(row.family)
          return { ok: false, because: 'used' } as const
        }
        if (row.ends <= world.now()) return { ok: false, because: 'expired' } as const
        yield* ask(sql`update authorization_code set state = 'used' where hash = ${hash}`)
        return { ok: true, request } as const
      }),
  }
}

/** RFC 7636 §4.6: the two methods differ in what the client sends, not in what is compared. A plain one is a secret. */
const hashed = ({ method, challenge }: CodeChallenge): CodeChallenge =>
  method === 'S256'
    ? { method, challenge }
    : { method: 'S256', challenge: createHash('sha256').update(challenge).digest('base64url') }

/** JSON leaves out what is undefined. */
function requestOf(text: string): CodeRequest {
  const kept = JSON.parse(text) as CodeRequest
  return { ...kept, resource: kept.resource, nonce: kept.nonce, challenge: kept.challenge }
}
