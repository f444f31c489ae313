import type { Directory } from '../domain/directory/types.ts'
import type { AppTokenClaims } from '../domain/tokens/types.ts'
import type { Rules } from './links/link.ts'
import type { Caller } from './types.ts'

/**
 * Whoever a good token is for, with the rights that count: those claimed, and where the rules say so assigned still.
 * `assigned` looks up the roles on the resource that the token is for.
 */
export async function callerOf(
  { directory, rules }: { readonly directory: Directory; readonly rules: Rules },
  claims: AppTokenClaims,
  assigned: () => Promise<readonly string[]>,
): Promise<Caller> {
  const { tid, oid, appid } = claims
  const claimed = { roles: new Set(claims.roles), directoryRoles: new Set(claims.wids) }
  const counted = rules.immediateRevocation
    ? {
        roles: claimed.roles.intersection(new Set(await assigned())),
        directoryRoles: claimed.directoryRoles.intersection(new Set(await directory.directoryRoles.of(tid, oid))),
      }
    : claimed
  return {
    kind: 'app',
    tenant: tid,
    appId: appid,
    appDisplayName: claims.app_displayname,
    servicePrincipal: oid,
    ...counted,
  }
}
