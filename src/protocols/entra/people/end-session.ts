import type { HttpRequest } from '../../../core/http.ts'
import type { App } from '../../../domain/directory/types.ts'
import { issuerV2 } from '../own-names.ts'
import { sessionCookieOf } from './session.ts'
import type { People } from './browser-request.ts'

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
