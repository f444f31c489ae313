import { readJws } from '../../../codecs/jwt/compact.ts'
import { type HttpAnswer, type HttpRequest, type Route, route } from '../../../core/http.ts'
import { isGuid } from '../../../core/ids.ts'
import type { App } from '../../../domain/directory/types.ts'
import { FORM_LIMIT } from '../form.ts'
import { commonHeaders, noStore } from '../headers.ts'
import { textsFor } from '../pages/language.ts'
import { signedOutPage } from '../pages/notice-pages.ts'
import { pageAnswer } from '../pages/page.ts'
import { noSessionHeaders } from '../people/browser.ts'
import { endSession } from '../people/end-session.ts'
import type { People } from '../people/people.ts'
import { isRegistered } from '../people/redirect.ts'
import { repostAsGet } from './repost-as-get.ts'

const paths = ['/oauth2/v2.0/logout', '/oauth2/logout'] as const

/** Seconds that apps have to hear of it before the browser goes on. */
const WAIT = 2

/** OpenID Connect RP-Initiated Logout 1.0 (contract/identity §1.3). */
export const logoutRoutes = (people: People): Route[] =>
  paths.flatMap((path) => [
    route(`GET /:tenant${path}`, (http) => signOut(people, http)),
    route(`POST /:tenant${path}`, async (http) => repostAsGet(http, path), { bodyLimit: FORM_LIMIT }),
  ])

async function signOut(people: People, http: HttpRequest): Promise<HttpAnswer> {
  const { apps, frames } = await endSession(people, http)
  const named = await appNamed(people.deps, http.query)
  const onward = registeredOnward(http.query, named ? [named, ...apps] : apps)
  if (onward !== undefined && frames.length === 0) {
    return { status: 302, headers: { ...commonHeaders(http), ...noStore, ...noSessionHeaders, location: onward } }
  }
  const texts = textsFor(http.query, http.headers['accept-language'])
  return pageAnswer(http, {
    ...signedOutPage(texts, { frames, onward }),
    texts,
    frames: frames.map((url) => new URL(url).origin),
    ...(onward !== undefined && { refresh: { to: onward, after: WAIT } }),
    headers: noSessionHeaders,
  })
}

async function appNamed({ directory }: People['deps'], query: URLSearchParams): Promise<App | undefined> {
  const appId = query.get('client_id') ?? audienceOf(query.get('id_token_hint') ?? '')
  return isGuid(appId) ? directory.apps.findAnywhere(appId.toLowerCase()) : undefined
}

/** Not verified: like `client_id` it only says whose registration is asked, and anybody could say so. */
function audienceOf(idToken: string): string {
  const audience = readJws(idToken)?.claims.aud
  return typeof audience === 'string' ? audience : ''
}

/** Where the app wants the person back, if it is a place that the app has registered. */
function registeredOnward(query: URLSearchParams, apps: readonly App[]): string | undefined {
  const uri = query.get('post_logout_redirect_uri') ?? ''
  if (!apps.some((app) => isRegistered(app, uri))) return undefined
  const state = query.get('state')
  if (state === null) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`
}
