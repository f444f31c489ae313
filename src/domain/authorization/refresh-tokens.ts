import type { AppId, Guid } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import { lifetimes } from './lifetimes.ts'
import type { Pruning } from './prune.ts'
import { freshValue, hashOf } from './secret-values.ts'
import type { Authorizations, RefreshGrant, RefreshUse } from './types.ts'

/**
 * The most refresh tokens of one sign-in (a family). Beyond it the token with the oldest last use is removed, so a
 * program that always uses its first token loses only tokens that it ignores.
 */
const FAMILY_LIMIT = 50

/** `used`: a newer token replaced this one. Another use of it ends the family if the setting for reuse is `revoke`. */
type TokenState = 'good' | 'used' | 'revoked'

/** The effect when a client uses a refresh token again after it was replaced (RFC 9700 §4.14.2). */
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
      const begun = {
        family: world.guid(),
        ends: grant.singlePage ? world.now() + lifetimes.singlePageRefreshToken : null,
      }
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
  if (row.used + lifetimes.unusedRefreshToken <= now) return { ok: false, because: 'idle', issued }
  if (row.state === 'used' && reuse === 'revoke') return { ok: false, because: 'reused', issued }
  return { ok: true, grant: grantOf(row.authorization_given), issued }
}

interface Family {
  readonly family: Guid
  readonly ends: number | null
}

/** Inside a write: the family of the code or token that the client redeemed; undefined if that was revoked. */
function* continued(from: Uint8Array, begun: Family, now: number, reuse: Reuse): Statements<Family | undefined> {
  // Updates lock the row, so another node cannot revoke the family or redeem the token at the same moment.
  const code = yield* askOne<{ family: Guid; state: string }>(
    sql`update authorization_code set state = state where hash = ${from} returning family, state`,
  )
  if (code) return code.state === 'used' ? { ...begun, family: code.family } : undefined
  const redeemed = yield* askOne<Pick<TokenRow, 'family' | 'ends'>>(sql`update authorization_refresh_token
    set state = 'used', used = ${now} where hash = ${from}
      and (state = 'good' or (state = 'used' and ${reuse} = 'allowed')) returning family, ends`)
  if (redeemed) return redeemed
  const token = yield* askOne<Pick<TokenRow, 'family' | 'state'>>(
    sql`select family, state from authorization_refresh_token where hash = ${from}`,
  )
  // Two clients redeemed the same token at the same time: one of them may have stolen it.
  if (token?.state === 'used') yield* revokeFamily(token.family)
  return undefined
}

function* insertToken(token: string, grant: RefreshGrant, { family, ends }: Family, now: number): Statements<void> {
  const { tenant } = grant.signedIn
  yield* ask(sql`insert into authorization_refresh_token (hash, tenant, app_id, family, authorization_given, issued, used,
      ends, state)
    values (${hashOf(token)}, ${tenant}, ${grant.appId}, ${family}, ${JSON.stringify(grant)}, ${now}, ${now}, ${ends},
      'good')`)
  yield* ask(sql`delete from authorization_refresh_token where hash in
    (select hash from authorization_refresh_token where family = ${family} order by used desc, issued desc
      limit 1000 offset ${FAMILY_LIMIT})`)
}

/** Inside a write. */
export function* revokeFamily(family: Guid): Statements<void> {
  yield* ask(sql`update authorization_refresh_token set state = 'revoked' where family = ${family}`)
}

/** JSON omits undefined members; this adds them again. */
function grantOf(text: string): RefreshGrant {
  const stored = JSON.parse(text) as RefreshGrant
  return { ...stored, resource: stored.resource, nonce: stored.nonce }
}
