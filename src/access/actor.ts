import type { Actor } from '../domain/directory/types.ts'
import type { Caller } from './types.ts'

/** Who stands in the audit for what a caller does. */
export const actorOf = (caller: Caller): Actor =>
  caller.kind === 'app'
    ? { kind: 'app', appId: caller.appId, servicePrincipal: caller.servicePrincipal, name: caller.appDisplayName }
    : { kind: 'user', id: caller.user.id, userPrincipalName: caller.user.userPrincipalName, appId: caller.appId }
