import { encodeBase64url } from '../../../codecs/jwt/jws.ts'
import type { HttpRequest } from '../../../core/http.ts'
import type { World } from '../../../core/world.ts'

/** Names the browser, signed in or not: forms are made out to it. */
const BROWSER = '__Host-postern-browser'
/** Names the sign-in; its value is known to the browser alone. */
const SESSION = '__Host-postern-session'

/**
 * `__Host-`: no other host, and nothing without TLS, can have set it. `Lax`: an app that sends a person here does so by
 * a navigation, which carries the cookies; a frame, an image or a form on another site does not, so a hidden frame with
 * `prompt=none` finds nobody signed in, as in every browser that keeps cookies of third parties out. An authorization
 * request that was posted is asked for once more with GET (routes/browser-pages.ts). It ends with the browser.
 */
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'

export interface Browser {
  readonly id: string
  /** The header that tells the browser its id, when it has none yet. */
  readonly headers: Readonly<Record<string, string>>
}

/** The browser that asks: the one that it says to be, or a new one. */
export function browserOf(request: HttpRequest, world: World): Browser {
  const known = knownBrowser(request)
  if (known !== undefined) return { id: known, headers: {} }
  const id = encodeBase64url(world.bytes(32))
  return { id, headers: { 'set-cookie': `${BROWSER}=${id}; ${attributes}` } }
}

export function knownBrowser(request: HttpRequest): string | undefined {
  const value = cookieOf(request, BROWSER)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

export const sessionCookieOf = (request: HttpRequest): string | undefined => cookieOf(request, SESSION)

export const sessionHeaders = (value: string): Record<string, string> => ({
  'set-cookie': `${SESSION}=${value}; ${attributes}`,
})

export const noSessionHeaders: Readonly<Record<string, string>> = {
  'set-cookie': `${SESSION}=; ${attributes}; Max-Age=0`,
}

/** RFC 6265 §5.4. A name that comes twice is nobody's: of two values none is known to be ours. */
function cookieOf(request: HttpRequest, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? values[0] : undefined
}
