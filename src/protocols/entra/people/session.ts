import type { HttpRequest } from '../../../core/http.ts'
import type { App } from '../../../domain/directory/types.ts'
import { cookieOf, removeCookie, setCookie } from '../../../web/cookies.ts'
import type { EntraDeps } from '../deps.ts'
import { issuerV2 } from '../own-names.ts'
import { hasNewPassword, type Person, wasRevoked } from '../person.ts'
import type { People } from './browser-request.ts'

/**
 * The cookie of a browser that is signed in. It is `SameSite=Lax` (web/cookies.ts), so a hidden frame of another site
 * with `prompt=none` is not signed in, as in browsers that block third-party cookies.
 */
const SESSION = '__Host-postern-session'

export const sessionCookieOf = (request: HttpRequest): string | undefined => cookieOf(request, SESSION)

export const sessionHeaders = (value: string) => setCookie(SESSION, value)

export const noSessionHeaders = removeCookie(SESSION)

/**
 * Returns the person who is signed in with this browser. A session does not count if the account is disabled, the
 * password has changed, or the sign-ins were revoked since.
 */
export async function signedInHere(
  deps: Pick<EntraDeps, 'authorizations' | 'directory'>,
  http: HttpRequest,
): Promise<Person | undefined> {
  const cookie = sessionCookieOf(http)
  const signedIn = cookie === undefined ? undefined : await deps.authorizations.sessions.find(cookie)
  if (!signedIn) return undefined
  const user = await deps.directory.users.find(signedIn.tenant, signedIn.user)
  const tenant = await deps.directory.tenants.find(signedIn.tenant)
  if (!tenant || !user?.accountEnabled) return undefined
  if (wasRevoked(user, signedIn) || hasNewPassword(user, signedIn)) return undefined
  return { signedIn, user, tenant }
}

interface Ended {
  /** The apps of the session. MSAL does not say which app signs out. */
  readonly apps: readonly App[]
  /** Their logout URLs. */
  readonly frames: readonly string[]
}

/** Ends the session of the browser, if it has one. */
export async function endSession({ deps, sessionApps: visited }: People, http: HttpRequest): Promise<Ended> {
  const { sessions } = deps.authorizations
  const cookie = sessionCookieOf(http)
  const signedIn = cookie === undefined ? undefined : await sessions.find(cookie)
  if (cookie === undefined || !signedIn) return { apps: [], frames: [] }
  await sessions.end(cookie)
  const found = await Promise.all(visited.of(signedIn.session).map((id) => deps.directory.apps.findAnywhere(id)))
  visited.forget(signedIn.session)
  const apps = found.filter((app) => app !== undefined)
  const said = { iss: issuerV2(deps, http, signedIn.tenant), sid: signedIn.session }
  return { apps, frames: apps.map((app) => frameOf(app, said)).filter((url) => url !== undefined) }
}

/** OpenID Connect Front-Channel Logout 1.0 §2: Graph's `web.logoutUrl`, with the issuer and the session. */
function frameOf({ properties }: App, said: Readonly<Record<string, string>>): string | undefined {
  const web = properties.web as { logoutUrl?: unknown } | null | undefined
  const given = typeof web?.logoutUrl === 'string' && URL.canParse(web.logoutUrl) ? new URL(web.logoutUrl) : undefined
  // The page's policy contains the origin, so it must have no character that ends a directive.
  if (!given || !/^https:\/\/[a-z\d.-]+(:\d+)?$/.test(given.origin)) return undefined
  for (const [name, value] of Object.entries(said)) given.searchParams.set(name, value)
  return given.href
}
