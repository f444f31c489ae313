import type { World } from '../../core/world.ts'
import { ask, type Sql, sql } from '../../storage/engine.ts'
import type { Pruning } from './prune.ts'
import { freshValue, hashOf } from './secret-values.ts'
import type { Authorizations, SignedIn } from './types.ts'

const LIFE = 24 * 3_600_000

/** Browsers of one person; the one that signed in first gives way. */
const MOST_OF_A_PERSON = 100

export function createSessions(deps: { sql: Sql; world: World; pruning: Pruning }): Authorizations['sessions'] {
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
