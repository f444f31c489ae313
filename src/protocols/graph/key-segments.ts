import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import type { World } from '../../core/world.ts'
import { failed } from './answers.ts'
import { graphError } from './errors.ts'
import type { GraphRoute } from './graph-route.ts'

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
export function unrouted(world: World, routes: readonly GraphRoute[], request: HttpRequest): HttpAnswer {
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
