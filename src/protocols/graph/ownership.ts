import type { AppOwner } from '../../domain/directory/types.ts'
import type { Caller } from '../../access/types.ts'
import type { GraphCall } from './graph-route.ts'
import { objectKey } from './key-segments.ts'
import { allows, writeOwnApplications } from './permissions.ts'

/** As whom a caller owns things: the person, or the app by itself. */
export const ownerOf = (caller: Caller): AppOwner => (caller.kind === 'user' ? caller.user.id : caller.servicePrincipal)

/** Whether the path names an app of which the caller is an owner. */
export async function ownsApp(call: GraphCall): Promise<boolean> {
  const { caller, directory, request } = call
  if (!allows(writeOwnApplications, caller)) return false
  const app = await directory.apps.find(caller.tenant, objectKey(request.params.id ?? ''))
  return app !== undefined && directory.apps.isOwner(caller.tenant, app.id, ownerOf(caller))
}

/** Whether the path names the service principal of such an app. */
export async function ownsPrincipal(call: GraphCall): Promise<boolean> {
  const { caller, directory, request } = call
  if (!allows(writeOwnApplications, caller)) return false
  const principal = await directory.servicePrincipals.find(caller.tenant, objectKey(request.params.id ?? ''))
  return principal !== undefined && ownsAppOf(call, principal.appId)
}

/** Whether the caller is an owner of the app with this appId. */
export async function ownsAppOf({ caller, directory }: GraphCall, appId: string): Promise<boolean> {
  if (!allows(writeOwnApplications, caller)) return false
  const app = await directory.apps.find(caller.tenant, { appId })
  return app !== undefined && directory.apps.isOwner(caller.tenant, app.id, ownerOf(caller))
}
