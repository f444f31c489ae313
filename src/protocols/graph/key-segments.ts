/**
 * OData 4.01 URL Conventions §4.3.1: turns a key in parentheses into a segment that a route can match.
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

/** The `:id` of a route: an object's own id, or its appId where that was the key. */
export function objectKey(segment: string): { id: string } | { appId: string } {
  const appId = /^appId='(.*)'$/i.exec(segment)?.[1]
  return appId === undefined ? { id: segment } : { appId }
}
