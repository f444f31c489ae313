import type { Caller } from '../../access/types.ts'
import { isGuid, type ServicePrincipalId, type UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { App, AppOwner, ServicePrincipal } from '../../domain/directory/types.ts'
import { badRequest } from './errors.ts'
import type { GraphCall } from './graph-route.ts'
import { objectKey } from './key-segments.ts'
import { mayAdminister } from '../../access/admin/decide.ts'

/** Returns the app that the path names by object id or appId. */
export async function appIn({ directory, caller, request }: GraphCall): Promise<App> {
  const key = checkedKey(request.params.id ?? '')
  return (await directory.apps.find(caller.tenant, key)) ?? refuseUnknown(Object.values(key)[0]!)
}

/** Returns the service principal that the path names by object id or appId. */
export async function principalIn({ directory, caller, request }: GraphCall): Promise<ServicePrincipal> {
  const key = checkedKey(request.params.id ?? '')
  return (await directory.servicePrincipals.find(caller.tenant, key)) ?? refuseUnknown(Object.values(key)[0]!)
}

/** docs/reference/identity.md §10.3 */
export const refuseUnknown = (id: string): never =>
  refuse(
    'no-such-thing',
    `Resource '${id.slice(0, 128)}' does not exist or one of its queried reference-property objects are not present.`,
  )

function checkedKey(segment: string): { id: string } | { appId: string } {
  const key = objectKey(segment)
  const [text] = Object.values(key)
  return isGuid(text!) ? key : badRequest(`Invalid object identifier '${text!.slice(0, 128)}'.`, 'Request_BadRequest')
}

/** Parses a reference: `https://…/v1.0/directoryObjects/{id}`, or the object in its own collection. */
export const referenced = (url: string): UserId | ServicePrincipalId =>
  memberId(/\/(?:directoryObjects|users|servicePrincipals)\/([^/?#]+)$/i.exec(url)?.[1] ?? '') ??
  badRequest("Invalid URL format specified in the property '@odata.id'.", 'Request_BadRequest')

/** Returns the id of a user or a service principal; undefined if the text is not an id. */
export const memberId = (text: string): UserId | ServicePrincipalId | undefined =>
  isGuid(text) ? (text.toLowerCase() as UserId | ServicePrincipalId) : undefined

/** Returns the caller as an owner: the user, or the app itself. */
export const ownerOf = (caller: Caller): AppOwner => (caller.kind === 'user' ? caller.user.id : caller.servicePrincipal)

/** Returns true if the caller owns the app in the path. */
export async function ownsApp(call: GraphCall): Promise<boolean> {
  const { caller, directory, request } = call
  if (!mayAdminister('writeOwnApplications', caller)) return false
  const app = await directory.apps.find(caller.tenant, objectKey(request.params.id ?? ''))
  return app !== undefined && directory.apps.isOwner(caller.tenant, app.id, ownerOf(caller))
}

/** Returns true if the path names the service principal of such an app. */
export async function ownsPrincipal(call: GraphCall): Promise<boolean> {
  const { caller, directory, request } = call
  if (!mayAdminister('writeOwnApplications', caller)) return false
  const principal = await directory.servicePrincipals.find(caller.tenant, objectKey(request.params.id ?? ''))
  return principal !== undefined && ownsAppOf(call, principal.appId)
}

/** Returns true if the caller owns the app with this appId. */
export async function ownsAppOf({ caller, directory }: GraphCall, appId: string): Promise<boolean> {
  if (!mayAdminister('writeOwnApplications', caller)) return false
  const app = await directory.apps.find(caller.tenant, { appId })
  return app !== undefined && directory.apps.isOwner(caller.tenant, app.id, ownerOf(caller))
}
