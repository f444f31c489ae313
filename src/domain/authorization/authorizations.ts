import { createHash } from 'node:crypto'
import type { Guid } from '../../core/ids.ts'
import type { Job } from '../../core/jobs.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql } from '../../storage/engine.ts'
import { createDevices } from './devices.ts'
import { lifetimes } from './lifetimes.ts'
import { type Bounds, bounds, WRITES_BETWEEN_PRUNINGS, Pruning } from './prune.ts'
import { createRefreshTokens, type Reuse, revokeFamily } from './refresh-tokens.ts'
import { freshValue, hashOf } from './secret-values.ts'
import type { Authorizations, CodeChallenge, CodeRequest, SignedIn } from './types.ts'

/** `bounds`: the most rows of each kind in one tenant. `writesBetweenPrunings`: how often that is checked. */
export function createAuthorizations(deps: {
  sql: Sql
  world: World
  log: Log
  reuse: Reuse
  bounds?: Bounds
  writesBetweenPrunings?: number
}): Authorizations & { readonly jobs: readonly Job[] } {
  const pruning = new Pruning({ bounds, writesBetween: deps.writesBetweenPrunings ?? WRITES_BETWEEN_PRUNINGS, ...deps })
  const shared = { ...deps, pruning }
  return {
    codes: createCodes(shared),
    devices: createDevices(shared),
    refreshTokens: createRefreshTokens(shared),
    sessions: createSessions(shared),
    jobs: [pruning],
  }
}

/** The most browser sessions of one user. Beyond it the oldest session ends. */
const USER_SESSION_LIMIT = 100

function createSessions(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['sessions'] {
  const { world } = deps
  return {
    async start(person) {
      const cookie = freshValue(world)
      const signedIn: SignedIn = { ...person, session: world.guid() }
      const { tenant, user } = signedIn
      await deps.sql.write(function* () {
        yield* ask(sql`insert into authorization_session (hash, tenant, user_id, signed_in, ends)
          values (${hashOf(cookie)}, ${tenant}, ${user}, ${JSON.stringify(signedIn)}, ${world.now() + lifetimes.session})`)
        yield* ask(sql`delete from authorization_session where hash in
          (select hash from authorization_session where tenant = ${tenant} and user_id = ${user} order by ends desc
            limit 1000 offset ${USER_SESSION_LIMIT})`)
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

/**
 * `used`: redeemed; its family of refresh tokens is known. `replayed`: sent a second time, so its family is revoked.
 */
type CodeState = 'open' | 'used' | 'replayed'

function createCodes(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['codes'] {
  const { world } = deps
  return {
    async issue(request) {
      const code = freshValue(world)
      const { tenant } = request.signedIn
      const stored = JSON.stringify({ ...request, challenge: request.challenge && hashed(request.challenge) })
      await deps.sql.write(() =>
        ask(sql`insert into authorization_code (hash, tenant, family, request, ends, state)
          values (${hashOf(code)}, ${tenant}, ${world.guid()}, ${stored}, ${world.now() + lifetimes.code}, 'open')`),
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
        const { state, ends, family } = row
        if (state === 'open' && ends <= world.now()) return { ok: false, because: 'expired' } as const
        // Another node may redeem it at the same moment: the row decides.
        const redeemed = yield* askOne(
          sql`update authorization_code set state = 'used' where hash = ${hash} and state = 'open' returning family`,
        )
        if (!redeemed) {
          yield* ask(sql`update authorization_code set state = 'replayed' where hash = ${hash}`)
          yield* revokeFamily(family)
          return { ok: false, because: 'used' } as const
        }
        return { ok: true, request } as const
      }),
  }
}

/** RFC 7636 §4.6: stores a plain challenge as its `S256`, because the plain one is the verifier itself. */
const hashed = ({ method, challenge }: CodeChallenge): CodeChallenge =>
  method === 'S256'
    ? { method, challenge }
    : { method: 'S256', challenge: createHash('sha256').update(challenge).digest('base64url') }

/** JSON omits undefined members; this adds them again. */
function requestOf(text: string): CodeRequest {
  const stored = JSON.parse(text) as CodeRequest
  return { ...stored, resource: stored.resource, nonce: stored.nonce, challenge: stored.challenge }
}
