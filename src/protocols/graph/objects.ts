import { mayAdminister } from '../../access/admin/decide.ts'
import type { Caller } from '../../access/types.ts'
import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import { isGuid, type ServicePrincipalId, type UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { App, AppOwner, ServicePrincipal } from '../../domain/directory/types.ts'
import { failed } from './answers.ts'
import { badRequest, graphError } from './errors.ts'
import type { GraphCall, GraphRoute } from './graph-route.ts'

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

/**
 * OData 4.01 URL Conventions §4.3.1: turns a key in parentheses into a path segment that a route can match.
 * `/users('ada')` becomes `/users/ada`, and `/applications(appId='…')` becomes `/applications/appId='…'`.
 */
export function keysAsSegments(url: string): string {
  const [path = '', ...query] = url.split('?')
  const rewritten = path
    .split('/')
    .map((segment) => keyAsSegment(segment))
    .join('/')
  return [rewritten, ...query].join('?')
}

const open = String.raw`(?:\(|%28)`
const close = String.raw`(?:\)|%29)`
const quote = String.raw`(?:'|%27)`
const keyed = new RegExp(`^([a-z]+)${open}(?:([a-z]+)(?:=|%3D))?${quote}(.+)${quote}${close}$`, 'i')

function keyAsSegment(segment: string): string {
  const [, collection, name, value] = keyed.exec(segment) ?? []
  if (collection === undefined || value === undefined) return segment
  const key = value.replaceAll(/(?:'|%27){2}/gi, "'")
  return name === undefined ? `${collection}/${key}` : `${collection}/${name}='${key}'`
}

/** Parses the `:id` of a route: an object id, or an appId if that was the key. */
export function objectKey(segment: string): { id: string } | { appId: string } {
  const appId = /^appId='(.*)'$/i.exec(segment)?.[1]
  return appId === undefined ? { id: segment } : { appId }
}

/** Returns the refusal for a path without a route: a wrong verb, or an unknown segment. */
export function unrouted(
  world: World,
  routes: readonly Pick<GraphRoute, 'verb' | 'path'>[],
  request: HttpRequest,
): HttpAnswer {
  const [version = '', ...segments] = request.path.split('/').filter((segment) => segment !== '')
  if (version.toLowerCase() !== 'v1.0') {
    return failed(world, request, graphError('BadRequest', `Invalid version: ${version.slice(0, 64)}.`))
  }
  const verbs = routes.filter(({ path }) => fits(path, segments) === segments.length).map(({ verb }) => verb)
  if (verbs.length > 0) {
    const answer = failed(
      world,
      request,
      graphError('MethodNotAllowed', 'Specified HTTP method is not allowed for the request target.'),
    )
    return { ...answer, headers: { ...answer.headers, allow: [...new Set(verbs)].join(', ') } }
  }
  const known = Math.max(0, ...routes.map(({ path }) => fits(path, segments)))
  const lost = segments[known] ?? segments.at(-1) ?? ''
  const message = `Resource not found for the segment '${lost.slice(0, 128)}'.`
  return failed(world, request, graphError('ResourceNotFound', message))
}

/**
 * Returns the number of segments, from the first on, that a route's path matches; all of them only if the lengths are
 * equal.
 */
function fits(path: string, segments: readonly string[]): number {
  const pattern = path.split('/').slice(1)
  const stray = segments.findIndex((segment, at) => {
    const part = pattern[at]
    return part === undefined || !(part.startsWith(':') || part.toLowerCase() === segment.toLowerCase())
  })
  if (stray >= 0) return stray
  return pattern.length === segments.length ? segments.length : segments.length - 1
}
