import type { AppId, Guid } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { Pruning } from './prune.ts'
import { freshValue, hashOf } from './secret-values.ts'
import type { Authorizations, RefreshGrant, RefreshUse } from './types.ts'

const DAY = 24 * 3_600_000
/** docs/reference/identity.md §7.3 */
export const IDLE = 90 * DAY
const SINGLE_PAGE_LIFE = DAY

/**
 * How many tokens one sign-in may have given rise to. The one that was not used for longest goes: a program that keeps
 * its first token for ever loses those it never looks at.
 */
const MOST_OF_A_FAMILY = 50

/** `used`: another one was given for it, which ends it where reuse is watched for. */
type TokenState = 'good' | 'used' | 'revoked'

/** What to do about a token that is used again after another was given for it (RFC 9700 §4.14.2). */
export type Reuse = 'allowed' | 'revoke'

interface TokenRow {
  readonly app_id: AppId
  readonly family: Guid
  readonly authorization_given: string
  readonly issued: number
  readonly used: number
  readonly ends: number | null
  readonly state: TokenState
}

export function createRefreshTokens(deps: {
  sql: Sql
  world: World
  pruning: Pruning
  reuse: Reuse
}): Authorizations['refreshTokens'] {
  const { world, reuse } = deps
  return {
    async issue(grant, from) {
      const token = freshValue(world)
      const begun = { family: world.guid(), ends: grant.singlePage ? world.now() + SINGLE_PAGE_LIFE : null }
      const issued = await deps.sql.write(function* () {
        const family = from === undefined ? begun : yield* continued(hashOf(from), begun, world.now(), reuse)
        if (!family) return undefined
        yield* insertToken(token, grant, family, world.now())
        return { token, ends: family.ends ?? undefined }
      })
      await deps.pruning.written()
      return issued
    },

    async use(token, appId) {
      const row = await deps.sql
        .first<TokenRow>(sql`select app_id, family, authorization_given, issued, used, ends, state
        from authorization_refresh_token where hash = ${hashOf(token)}`)
      if (row?.app_id !== appId) return { ok: false, because: 'unknown' }
      const use = judge(row, world.now(), reuse)
      if (!use.ok && use.because === 'reused') await deps.sql.write(() => revokeFamily(row.family))
      return use
    },
  }
}

function judge(row: TokenRow, now: number, reuse: Reuse): RefreshUse {
  const { issued } = row
  if (row.state === 'revoked') return { ok: false, because: 'revoked', issued }
  if (row.ends !== null && row.ends <= now) return { ok: false, because: 'ended', issued, ended: row.ends }
  if (row.used + IDLE <= now) return { ok: false, because: 'idle', issued }
  if (row.state === 'used' && reuse === 'revoke') return { ok: false, because: 'reused', issued }
  return { ok: true, grant: grantOf(row.authorization_given), issued }
}

interface Family {
  readonly family: Guid
  readonly ends: number | null
}

/** Inside a write: the family of what a token is given for, unless that was revoked. */
function* continued(from: Uint8Array, begun: Family, now: number, reuse: Reuse): Statements<Family | undefined> {
  const code = yield* askOne<{ family: Guid; state: string }>(
    sql`select family, state from authorization_code where hash = ${from}`,
  )
  if (code) return code.state === 'used' ? { ...begun, family: code.family } : undefined
  const token = yield* askOne<Pick<TokenRow, 'family' | 'ends' | 'state'>>(
    sql`select family, ends, state from authorization_refresh_token where hash = ${from}`,
  )
  if (!token || token.state === 'revoked') return undefined
  if (token.state === 'used' && reuse === 'revoke') {
    // Two clients came at once with the same token: one of them has no business with it.
    yield* revokeFamily(token.family)
    return undefined
  }
  yield* ask(sql`update authorization_refresh_token set state = 'used', used = ${now} where hash = ${from}`)
  return token
}

function* insertToken(token: string, grant: RefreshGrant, { family, ends }: Family, now: number): Statements<void> {
  const { tenant } = grant.signedIn
  yield* ask(sql`insert into authorization_refresh_token (hash, tenant, app_id, family, authorization_given, issued, used,
      ends, state)
    values (${hashOf(token)}, ${tenant}, ${grant.appId}, ${family}, ${JSON.stringify(grant)}, ${now}, ${now}, ${ends},
      'good')`)
  yield* ask(sql`delete from authorization_refresh_token where hash in
    (select hash from authorization_refresh_token where family = ${family} order by used desc, issued desc
      limit 1000 offset ${MOST_OF_A_FAMILY})`)
}

/** Inside a write. */
export function* revokeFamily(family: Guid): Statements<void> {
  yield* ask(sql`update authorization_refresh_token set state = 'revoked' where family = ${family}`)
}

/** JSON leaves out what is undefined. */
function grantOf(text: string): RefreshGrant {
  const kept = JSON.parse(text) as RefreshGrant
  return { ...kept, resource: kept.resource, nonce: kept.nonce }
}
