import { enabledByOwnerNow, retiredNames } from '../../../access/revocation/planned-end.ts'
import { readJws } from '../../../codecs/jwt/jws.ts'
import { type HttpAnswer, type HttpRequest, type Route, route } from '../../../core/http.ts'
import { isGuid } from '../../../core/ids.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny, errorOf, refusalOf } from '../errors/errors.ts'
import { FORM_LIMIT } from '../form.ts'
import type { EndpointVersion } from '../grants/grant.ts'
import { noStore } from '../../../web/headers.ts'
import { commonHeaders } from '../headers.ts'
import { codePage, noticePage, signedOutPage } from '../pages/notice-pages.ts'
import { pageAnswer, textsFor } from '../pages/page.ts'
import { actingAs } from '../people/administrators.ts'
import { endSession, noSessionHeaders, signedInHere } from '../people/session.ts'
import { submitCode, confirmDevice, showCodeEntry } from '../people/device-code.ts'
import type { FlowStep } from '../people/flow-state.ts'
import { ownMailbox } from '../people/own-passwords.ts'
import {
  LONGEST_QUERY,
  browserRequestOf,
  runPageFlow,
  type SubmittedForm,
  runSubmittedForm,
} from '../people/page-flow.ts'
import { createPeople, errorPage, type People, showPage } from '../people/browser-request.ts'
import { isRegistered } from '../people/redirect.ts'
import {
  submitAccount,
  startSignIn,
  submitConsent,
  submitNewPassword,
  submitPassword,
  submitUserName,
} from '../people/sign-in.ts'

const paths = [
  ['v2', '/oauth2/v2.0/authorize'],
  ['v1', '/oauth2/authorize'],
] as const

/** The authorization endpoints (docs/reference/identity.md §1.3, §7.1). */
const authorizeRoutes = (people: People): Route[] =>
  paths.flatMap(([version, path]) => [
    route(`GET /:tenant${path}`, (http) => {
      const flow = {
        kind: 'authorize',
        version,
        tenant: http.params.tenant ?? '',
        query: http.query.toString(),
      } as const
      return runPageFlow(people, http, flow, startSignIn)
    }),
    route(`POST /:tenant${path}`, async (http) => repostAsGet(http, path), { bodyLimit: FORM_LIMIT }),
  ])

const steps = {
  'user-name': submitUserName,
  password: submitPassword,
  'new-password': submitNewPassword,
  account: submitAccount,
  consent: submitConsent,
  device: confirmDevice,
  'own-passwords': ownPasswordEnabled,
} satisfies Record<Exclude<FlowStep, 'device-code'>, (submitted: SubmittedForm) => Promise<HttpAnswer>>

/** The targets of the pages' forms. */
const signInRoutes = (people: People): Route[] => [
  ...Object.entries(steps).map(([step, work]) =>
    route(`POST /sign-in/${step}`, (http) => runSubmittedForm(people, http, step as keyof typeof steps, work), {
      bodyLimit: FORM_LIMIT,
    }),
  ),
  // The user went back in the browser's history.
  route('GET /sign-in/:step', async (http) => errorPage(browserRequestOf(people, http), refusalOf(50089))),
]

/** docs/reference/identity.md §6 */
const adminConsentRoutes = (people: People): Route[] => {
  const requested = (version: EndpointVersion) => (http: HttpRequest) => {
    const flow = {
      kind: 'admin-consent',
      version,
      tenant: http.params.tenant ?? '',
      query: http.query.toString(),
    } as const
    return runPageFlow(people, http, flow, startSignIn)
  }
  return [route('GET /:tenant/adminconsent', requested('v1')), route('GET /:tenant/v2.0/adminconsent', requested('v2'))]
}

/** The page where a user types a device code (docs/reference/identity.md §1.3, §7.2). */
const deviceLoginRoutes = (people: People): Route[] => [
  route('GET /devicelogin', async (http) => showCodeEntry(people, http)),
  route('GET /:tenant/oauth2/deviceauth', async (http) => showCodeEntry(people, http)),
  route('POST /devicelogin', (http) => submitCode(people, http), { bodyLimit: FORM_LIMIT }),
]

const logoutPaths = ['/oauth2/v2.0/logout', '/oauth2/logout'] as const

/** The browser stays on the page for so many seconds, so that the apps' frames can load. */
const WAIT = 2

/** OpenID Connect RP-Initiated Logout 1.0 (docs/reference/identity.md §1.3). */
const logoutRoutes = (people: People): Route[] =>
  logoutPaths.flatMap((path) => [
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

/** Not verified: it only selects an app registration, as `client_id` does. */
function audienceOf(idToken: string): string {
  const audience = readJws(idToken)?.claims.aud
  return typeof audience === 'string' ? audience : ''
}

/** Returns the URL to go to after the sign-out, if the app has registered it. */
function registeredOnward(query: URLSearchParams, apps: readonly App[]): string | undefined {
  const uri = query.get('post_logout_redirect_uri') ?? ''
  if (!apps.some((app) => isRegistered(app, uri))) return undefined
  const state = query.get('state')
  if (state === null) return uri
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`
}

/** The page where the owner of a mailbox enables passwords again, as far as the retirement plan allows. */
const ownPasswordsRoute = (people: People): Route =>
  route('GET /:tenant/own-passwords', (http) =>
    runPageFlow(
      people,
      http,
      { kind: 'own-passwords', version: 'v2', tenant: http.params.tenant ?? '', query: http.query.toString() },
      startSignIn,
    ),
  )

/** The redirect URI of native apps that read the response from the browser. */
const nativeClientRoutes = (): Route[] => [
  route('GET /:tenant/oauth2/nativeclient', async (http) => {
    const texts = textsFor(http.query, http.headers['accept-language'])
    const { title, text, failedTitle, failed } = texts.native
    const page = http.query.has('error') ? noticePage(failedTitle, failed) : noticePage(title, text)
    return pageAnswer(http, { ...page, texts })
  }),
]

/** The page that `error_uri` names: the meaning of a code. It shows nothing of the request. */
const errorPageRoutes = (): Route[] => [
  route('GET /error', async (request) => {
    const texts = textsFor(request.query, request.headers['accept-language'])
    const named = errorOf(request.query.get('code')?.replace(/^AADSTS/i, ''))
    const found = named?.unlisted ? undefined : named
    return found
      ? pageAnswer(request, { ...codePage(found.code, found.says('…', '…', '…', '…')), texts })
      : pageAnswer(request, { ...noticePage(texts.error.lookUp, texts.error.unknown), texts, status: 404 })
  }),
]

/**
 * A form that another site posts comes without cookies. So the browser is redirected to the same URL with GET, and that
 * request has the cookies. `path` is the part after the tenant.
 */
function repostAsGet({ body, params, ...http }: HttpRequest, path: string): HttpAnswer {
  const query = new URLSearchParams(Buffer.from(body).toString()).toString()
  if (query.length > LONGEST_QUERY) deny(9002313)
  const location = `/${encodeURIComponent(params.tenant ?? '')}${path}?${query}`
  return { status: 303, headers: { ...commonHeaders({ body, params, ...http }), ...noStore, location } }
}

/** The routes of all pages. */
export function peopleRoutes(deps: EntraDeps): Route[] {
  const people = createPeople(deps)
  return [
    ...authorizeRoutes(people),
    ...adminConsentRoutes(people),
    ...signInRoutes(people),
    ...deviceLoginRoutes(people),
    ...logoutRoutes(people),
    ownPasswordsRoute(people),
    ...nativeClientRoutes(),
    ...errorPageRoutes(),
  ]
}

/** Handles the choice of a protocol, by the user who saw the page. After the deadline the page is shown again. */
async function ownPasswordEnabled({ form, flowState, ...pageFlow }: SubmittedForm): Promise<HttpAnswer> {
  const { request } = pageFlow
  const { deps } = request.people
  const person = await signedInHere(deps, request.http)
  if (!person || person.signedIn.session !== flowState.session) return startSignIn(pageFlow)
  const own = await ownMailbox(request, person)
  const chosen =
    own && enabledByOwnerNow(own.plan, own.mailbox, deps.world.now()).find((it) => it === form.get('protocol'))
  if (!own || !chosen) return startSignIn(pageFlow)
  const { cutOff } = await actingAs(request, person).retirementPlans.reEnableOwn(person.tenant.id, own.mailbox, chosen)
  const { doneTitle, done } = request.texts.ownPasswords
  const text = done(retiredNames[chosen], own.mailbox.primarySmtpAddress, cutOff)
  return showPage(request, { ...noticePage(doneTitle, text), context: person.tenant.displayName })
}
