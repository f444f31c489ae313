import type { App, RedirectUris } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'

/** Where an answer goes, and what kind of client waits there. */
export interface Redirect {
  readonly uri: string
  readonly kind: keyof RedirectUris
}

/** Refuses, on the page, whatever is not registered: an answer sent elsewhere would be an open door. */
export function registeredRedirect({ redirectUris, appId }: App, uri: string): Redirect {
  const kind = kindOf(redirectUris, uri)
  if (kind !== undefined) return { uri, kind }
  return Object.values(redirectUris).every((uris) => uris.length === 0) ? deny(500113) : deny(50011, uri, appId)
}

export const isRegistered = ({ redirectUris }: App, uri: string): boolean => kindOf(redirectUris, uri) !== undefined

function kindOf({ spa, web, publicClient }: RedirectUris, uri: string): Redirect['kind'] | undefined {
  if (spa.includes(uri)) return 'spa'
  if (web.includes(uri)) return 'web'
  return publicClient.some((it) => it === uri || sameLoopback(it, uri)) ? 'publicClient' : undefined
}

/** RFC 8252 §7.3: a native app listens on whatever port is free; contract/identity §7.1: on localhost, any port. */
function sameLoopback(registered: string, uri: string): boolean {
  const wanted = withoutPort(registered)
  return wanted !== undefined && wanted === withoutPort(uri)
}

/** A port, if any, is followed by a path or by nothing: what looks like a port is not the name of a user. */
function withoutPort(uri: string): string | undefined {
  const parts = /^http:\/\/(localhost|127\.0\.0\.1)(?::\d{1,5})?(\/[\u0021-\u007e]*)?$/.exec(uri)
  if (!parts || uri.includes('#') || !URL.canParse(uri)) return undefined
  const [, host, path = '/'] = parts
  return `${host}${path}`
}

/** The scheme of an answer that leaves the web, if it does: such a redirect ends at an app on the same machine. */
export function ownSchemes({ uri }: Pick<Redirect, 'uri'>): readonly string[] {
  const { protocol } = new URL(uri)
  return protocol === 'https:' || protocol === 'http:' ? [] : [protocol]
}
