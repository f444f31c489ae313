import { readJws } from '../../../codecs/jwt/compact.ts'
import { type HttpAnswer, type HttpRequest, type Route, route } from '../../../core/http.ts'
import { isGuid } from '../../../core/ids.ts'
import { FORM_LIMIT } from '../form.ts'
import { commonHeaders, noStore } from '../headers.ts'
import { textsFor } from '../pages/language.ts'
import { noticePage } from '../pages/notice-pages.ts'
import { pageAnswer } from '../pages/page.ts'
import { noSessionHeaders, sessionCookieOf } from '../people/browser.ts'
import type { People } from '../people/people.ts'
import { isRegistered } from '../people/redirect.ts'
import { askedAgain } from './asked-again.ts'

const paths = ['/oauth2/v2.0/logout', '/oauth2/logout'] as const

/** OpenID Connect RP-Initiated Logout 1.0 (contract/identity §1.3). */
export const logoutRoutes = (people: People): Route[] =>
  paths.flatMap((path) => [
    route(`GET /:tenant${path}`, (http) => signOut(people, http)),
    route(`POST /:tenant${path}`, async (http) => askedAgain(http, path), { bodyLimit: FORM_LIMIT }),
  ])

async function signOut(people: People, http: HttpRequest): Promise<HttpAnswer> {
  const onward = await registeredOnward(people.deps, http.query, await endSession(people, http))
  if (onward !== undefined) {
    return { status: 302, headers: { ...commonHeaders(http), ...noStore, ...noSessionHeaders, location: onward } }
  }
  const texts = textsFor(http.query, http.headers['accept-language'])
  return pageAnswer(http, {
    ...noticePage(texts.signedOut.title, texts.signedOut.text),
    texts,
    headers: noSessionHeaders,
  })
}

/** Answers the apps that the person went on to with it. */
async function endSession({ deps, visited }: People, http: HttpRequest): Promise<readonly string[]> {
  const { sessions } = deps.authorizations
  const cookie = sessionCookieOf(http)
  const signedIn = cookie === undefined ? undefined : await sessions.find(cookie)
  if (cookie === undefined || !signedIn) return []
  await sessions.end(cookie)
  const apps = visited.of(signedIn.session)
  visited.forget(signedIn.session)
  return apps
}

/** Where the app wants the person back, if it is a place that the app has registered. MSAL does not say which app it is. */
async function registeredOnward(
  { directory }: People['deps'],
  query: URLSearchParams,
  visited: readonly string[],
): Promise<string | undefined> {
  const uri = query.get('post_logout_redirect_uri') ?? ''
  const named = query.get('client_id') ?? audienceOf(query.get('id_token_hint') ?? '')
  const appIds = [named, ...visited].filter(isGuid).map((it) => it.toLowerCase())
  const apps = await Promise.all(appIds.map((appId) => directory.apps.findAnywhere(appId)))
  if (!apps.some((app) => app && isRegistered(app, uri))) return undefined
  const state = query.get('state')
  if (state === null) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`
}

/** Not verified: like `client_id` it only says whose registration is asked, and anybody could say so. */
function audienceOf(idToken: string): string {
  const audience = readJws(idToken)?.claims.aud
  return typeof audience === 'string' ? audience : ''
}
