import type { Admitted } from '../core/http.ts'
import type { Actor, Directory } from '../domain/directory/types.ts'
import type { WellKnownResource } from '../core/well-known/resource.ts'
import type { AppTokenClaims, TokenClaims, UserTokenClaims } from '../domain/tokens/types.ts'
import type { Rules } from './checks/check.ts'
import { consentedScopes } from './facts.ts'
import type { AppCaller, Caller, UserCaller } from './types.ts'

interface Deps {
  readonly directory: Directory
  readonly rules: Rules
}

/**
 * Returns the subject of a valid token, with its rights on the resource of the token: those in the
 * token and, if the rules say so, only those that are still assigned or consented to.
 */
export const callerOf = async (deps: Deps, claims: TokenClaims, resource: WellKnownResource): Promise<Caller> =>
  claims.idtyp === 'app' ? appOf(deps, claims, resource) : personOf(deps, claims, resource)

async function appOf(deps: Deps, claims: AppTokenClaims, { appId }: WellKnownResource): Promise<AppCaller> {
  const { tid, oid } = claims
  const roles = new Set(claims.roles)
  return {
    kind: 'app',
    ...(await common(deps, claims)),
    servicePrincipal: oid,
    roles: deps.rules.immediateRevocation
      ? roles.intersection(new Set(await deps.directory.assignments.roles(tid, oid, appId)))
      : roles,
  }
}

async function personOf(deps: Deps, claims: UserTokenClaims, { appId }: WellKnownResource): Promise<UserCaller> {
  const scopes = new Set(claims.scp.split(' ').filter((scope) => scope !== ''))
  return {
    kind: 'user',
    ...(await common(deps, claims)),
    user: { id: claims.oid, userPrincipalName: claims.upn, displayName: claims.name },
    scopes: deps.rules.immediateRevocation
      ? scopes.intersection(await consentedScopes(deps.directory, claims, appId))
      : scopes,
  }
}

async function common({ directory, rules }: Deps, { tid, oid, appid, app_displayname, wids }: TokenClaims) {
  const claimed = new Set(wids)
  return {
    tenant: tid,
    appId: appid,
    appDisplayName: app_displayname,
    directoryRoles: rules.immediateRevocation
      ? claimed.intersection(new Set(await directory.directoryRoles.of(tid, oid)))
      : claimed,
  }
}

/** The actor in audit records of a caller. */
export const actorOf = (caller: Caller): Actor =>
  caller.kind === 'app'
    ? { kind: 'app', appId: caller.appId, servicePrincipal: caller.servicePrincipal, name: caller.appDisplayName }
    : { kind: 'user', id: caller.user.id, userPrincipalName: caller.user.userPrincipalName, appId: caller.appId }

/** The one id by which connections, memory and work are counted for a caller, over all its tokens. */
export const idOf = (caller: Caller): string => (caller.kind === 'app' ? caller.servicePrincipal : caller.user.id)

export const admittedAs = <C extends Caller>(caller: C): Admitted<C> => ({ id: idOf(caller), caller })
