import type { HttpRequest } from '../core/http.ts'
import type { World } from '../core/world.ts'

/**
 * `__Host-`: only this host can set the cookie, and only over TLS. `Lax`: the browser sends the cookie when a link or a
 * redirect of another site leads here. It does not send it with frames, images or forms of other sites. The cookie ends
 * with the browser session.
 */
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'

type HostCookieName = `__Host-${string}`

type SetCookie = Readonly<Record<'set-cookie', string>>

export const setCookie = (name: HostCookieName, value: string): SetCookie => ({
  'set-cookie': `${name}=${value}; ${attributes}`,
})

export const removeCookie = (name: HostCookieName): SetCookie => ({
  'set-cookie': `${name}=; ${attributes}; Max-Age=0`,
})

/** RFC 6265 §5.4. Returns undefined if the name comes twice: another site may have set one of the two. */
export function cookieOf(request: HttpRequest, name: HostCookieName): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? values[0] : undefined
}

const BROWSER = '__Host-postern-browser'

/** A browser, signed in or not. Forms are bound to it (see form-state.ts). */
export interface Browser {
  readonly id: string
  /** The header that sets the cookie, if the browser has no id yet. */
  readonly headers: Readonly<Record<string, string>>
}

/** Returns the browser that the cookie names, or a new one. */
export function browserOf(request: HttpRequest, world: World): Browser {
  const known = knownBrowser(request)
  if (known !== undefined) return { id: known, headers: {} }
  const id = Buffer.from(world.bytes(32)).toString('base64url')
  return { id, headers: setCookie(BROWSER, id) }
}

export function knownBrowser(request: HttpRequest): string | undefined {
  const value = cookieOf(request, BROWSER)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}
