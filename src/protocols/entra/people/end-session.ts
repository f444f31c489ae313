import type { HttpRequest } from '../../../core/http.ts'
import type { App } from '../../../domain/directory/types.ts'
import { issuerV2 } from '../own-names.ts'
import { sessionCookieOf } from './session.ts'
import type { People } from './browser-request.ts'

interface Ended {
  /** Those that the person went on to: MSAL does not say which app it is that signs out. */
  readonly apps: readonly App[]
  /** Where they want to hear of it. */
  readonly frames: readonly string[]
}

/** Ends the session of the browser that asks, if it has one. */
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

/** OpenID Connect Front-Channel Logout 1.0 §2: Graph's `web.logoutUrl`, told whose sign-in ended and which. */
function frameOf({ properties }: App, said: Readonly<Record<string, string>>): string | undefined {
  const web = properties.web as { logoutUrl?: unknown } | null | undefined
  const given = typeof web?.logoutUrl === 'string' && URL.canParse(web.logoutUrl) ? new URL(web.logoutUrl) : undefined
  // The origin is put into the page's policy, where a host may hold nothing that ends a directive.
  if (!given || !/^https:\/\/[a-z\d.-]+(:\d+)?$/.test(given.origin)) return undefined
  for (const [name, value] of Object.entries(said)) given.searchParams.set(name, value)
  return given.href
}
