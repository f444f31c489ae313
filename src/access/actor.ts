import type { Admitted } from '../core/http.ts'
import type { Actor } from '../domain/directory/types.ts'
import type { Caller } from './types.ts'

/** Who stands in the audit for what a caller does. */
export const actorOf = (caller: Caller): Actor =>
  caller.kind === 'app'
    ? { kind: 'app', appId: caller.appId, servicePrincipal: caller.servicePrincipal, name: caller.appDisplayName }
    : { kind: 'user', id: caller.user.id, userPrincipalName: caller.user.userPrincipalName, appId: caller.appId }

/** The one id by which connections, memory and work are counted for a caller, over all its tokens. */
export const idOf = (caller: Caller): string => (caller.kind === 'app' ? caller.servicePrincipal : caller.user.id)

export const admittedAs = <C extends Caller>(caller: C): Admitted<C> => ({ id: idOf(caller), caller })
