import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { Authorizations, SignedIn } from './types.ts'

/**
 * A revocation is a moment: whatever goes back to a sign-in before it is over, on its way to an app or given already. So
 * nothing that is being written meanwhile can slip through.
 */
export const createRevoke =
  ({ sql: engine, world }: { sql: Sql; world: World }): Authorizations['revoke'] =>
  (tenant, user) =>
    engine.write(function* () {
      const at = world.now()
      yield* ask(sql`insert into authorization_revocation (tenant, user_id, at) values (${tenant}, ${user}, ${at})
        on conflict (tenant, user_id) do update set at = ${at}`)
    })

const latest = ({ tenant, user }: SignedIn) =>
  sql`select at from authorization_revocation where tenant = ${tenant} and user_id = ${user}`

const isBefore = (signedIn: SignedIn, revocation: { readonly at: number } | undefined): boolean =>
  revocation !== undefined && signedIn.at <= revocation.at

/** Inside a write. */
export function* wasRevoked(signedIn: SignedIn): Statements<boolean> {
  return isBefore(signedIn, yield* askOne<{ at: number }>(latest(signedIn)))
}

export const isRevoked = async (engine: Sql, signedIn: SignedIn): Promise<boolean> =>
  isBefore(signedIn, await engine.first<{ at: number }>(latest(signedIn)))
