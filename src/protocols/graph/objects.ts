import { isGuid, type ServicePrincipalId, type UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { App, ServicePrincipal } from '../../domain/directory/types.ts'
import { badRequest } from './errors.ts'
import type { GraphCall } from './graph-route.ts'
import { objectKey } from './key-segments.ts'

/** The app that a path names, by its object id or its appId. */
export async function appIn({ directory, caller, request }: GraphCall): Promise<App> {
  const key = checkedKey(request.params.id ?? '')
  return (await directory.apps.find(caller.tenant, key)) ?? refuseUnknown(Object.values(key)[0]!)
}

/** The service principal that a path names, by its object id or its appId. */
export async function principalIn({ directory, caller, request }: GraphCall): Promise<ServicePrincipal> {
  const key = checkedKey(request.params.id ?? '')
  return (await directory.servicePrincipals.find(caller.tenant, key)) ?? refuseUnknown(Object.values(key)[0]!)
}

/** contract/identity §10.3 */
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

/** `https://…/v1.0/directoryObjects/{id}`, or the object under its own collection. */
export const referenced = (url: string): UserId | ServicePrincipalId =>
  memberId(/\/(?:directoryObjects|users|servicePrincipals)\/([^/?#]+)$/i.exec(url)?.[1] ?? '') ??
  badRequest("Invalid URL format specified in the property '@odata.id'.", 'Request_BadRequest')

/** The id of a user or a service principal; undefined for what is no id. */
export const memberId = (text: string): UserId | ServicePrincipalId | undefined =>
  isGuid(text) ? (text.toLowerCase() as UserId | ServicePrincipalId) : undefined
