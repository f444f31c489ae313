import { createHash } from 'node:crypto'
import type { Guid } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql } from '../../storage/engine.ts'
import { createDevices } from './devices.ts'
import { type Bounds, bounds, OFTEN, Pruning } from './prune.ts'
import { createRefreshTokens, type Reuse, revokeFamily } from './refresh-tokens.ts'
import { freshValue, hashOf } from './secret-values.ts'
import type { Authorizations, CodeChallenge, CodeRequest, SignedIn } from './types.ts'

/** `bounds` and `often`: how many of each kind a tenant has at most, looked at after so many writes. */
export function createAuthorizations(deps: {
  sql: Sql
  world: World
  log: Log
  reuse: Reuse
  bounds?: Bounds
  often?: number
}): Authorizations {
  const pruning = new Pruning({ bounds, often: OFTEN, ...deps })
  const shared = { ...deps, pruning }
  return {
    codes: createCodes(shared),
    devices: createDevices(shared),
    refreshTokens: createRefreshTokens(shared),
    sessions: createSessions(shared),
  }
}

const LIFE = 24 * 3_600_000

/** Browsers of one person; the one that signed in first gives way. */
const MOST_OF_A_PERSON = 100

function createSessions(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['sessions'] {
  const { world } = deps
  return {
    async start(person) {
      const cookie = freshValue(world)
      const signedIn: SignedIn = { ...person, session: world.guid() }
      const { tenant, user } = signedIn
      await deps.sql.write(function* () {
        yield* ask(sql`insert into authorization_session (hash, tenant, user_id, signed_in, ends)
          values (${hashOf(cookie)}, ${tenant}, ${user}, ${JSON.stringify(signedIn)}, ${world.now() + LIFE})`)
        yield* ask(sql`delete from authorization_session where hash in
          (select hash from authorization_session where tenant = ${tenant} and user_id = ${user} order by ends desc
            limit 1000 offset ${MOST_OF_A_PERSON})`)
      })
      await deps.pruning.written()
      return { cookie, signedIn }
    },

    async find(cookie) {
      const row = await deps.sql.first<{ signed_in: string }>(
        sql`select signed_in from authorization_session where hash = ${hashOf(cookie)} and ends > ${world.now()}`,
      )
      return row && (JSON.parse(row.signed_in) as SignedIn)
    },

    async end(cookie) {
      await deps.sql.write(() => ask(sql`delete from authorization_session where hash = ${hashOf(cookie)}`))
    },
  }
}

/** docs/reference/identity.md §7.1 */
const CODES_LIFE = 10 * 60_000

/** `used` remembers which family its redemption began, `replayed` that it may begin none any more. */
type CodeState = 'open' | 'used' | 'replayed'

function createCodes(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['codes'] {
  const { world } = deps
  return {
    async issue(request) {
      const code = freshValue(world)
      const { tenant } = request.signedIn
      const kept = JSON.stringify({ ...request, challenge: request.challenge && hashed(request.challenge) })
      await deps.sql.write(() =>
        ask(sql`insert into authorization_code (hash, tenant, family, request, ends, state)
          values (${hashOf(code)}, ${tenant}, ${world.guid()}, ${kept}, ${world.now() + CODES_LIFE}, 'open')`),
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
