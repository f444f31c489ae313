import { type HttpAnswer, type HttpRequest, type Route, route, type Verb } from '../../../core/http.ts'
import type { StartedDevice } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import { parseRequestedScope } from '../scopes/scope.ts'
import { Attempt } from '../attempt/attempt.ts'
import { type RequestingClient, clientAt, sharedTenant } from '../client.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { FORM_LIMIT, readForm } from '../form.ts'
import type { EndpointVersion } from '../grants/grant.ts'
import { noStore } from '../../../web/headers.ts'
import { commonHeaders } from '../headers.ts'

const paths: Readonly<Record<EndpointVersion, string>> = {
  v2: '/:tenant/oauth2/v2.0/devicecode',
  v1: '/:tenant/oauth2/devicecode',
}
const wrongVerbs: readonly Verb[] = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Seconds between two polls of a device. */
const INTERVAL = 5

/**
 * The endpoint where a device without a browser starts (docs/reference/identity.md §7.2, RFC 8628 §3.1). Nobody signs
 * in here yet.
 */
export const deviceCodeRoutes = (deps: EntraDeps): Route[] =>
  (Object.entries(paths) as [EndpointVersion, `/${string}`][]).flatMap(([version, path]) => [
    route(`POST ${path}`, (request) => start(deps, request, version), { bodyLimit: FORM_LIMIT }),
    ...wrongVerbs.map((verb) => route(`${verb} ${path}`, async () => deny(900561, verb), { bodyLimit: 0 })),
  ])

async function start(deps: EntraDeps, http: HttpRequest, version: EndpointVersion): Promise<HttpAnswer> {
  const form = readForm(http)
  const clientId = form.need('client_id')
  const [scope, resource] = version === 'v2' ? [form.need('scope'), undefined] : ['', form.need('resource')]
  const segment = http.params.tenant ?? ''
  const { app, tenant } = await clientFor(deps, http, segment, clientId)
  // An invalid scope is refused to the device, before a user types anything.
  parseRequestedScope(scope, resource)
  const { appId } = app
  const started = await deps.authorizations.devices.start({
    tenant: tenant?.id,
    appId,
    scope,
    resource,
    from: http.from,
  })
  http.log.info({ tenant: tenant?.id, appId }, 'A device waits for a user to sign in')
  return {
    status: 200,
    headers: { ...commonHeaders(http), ...noStore },
    body: version === 'v2' ? bodyV2(deps, http, started) : bodyV1(deps, http, started),
  }
}

async function clientFor(
  deps: EntraDeps,
  http: HttpRequest,
  tenant: string,
  clientId: string,
): Promise<RequestingClient> {
  const shared = sharedTenant(tenant)
  if (shared === 'consumers') deny(90133)
  const client = await clientAt(deps, { tenant, attempt: new Attempt(deps, http) }, clientId)
  if (shared === 'common' && !isForPersonalAccounts(client.app)) deny(90133)
  return client
}

/**
 * docs/reference/identity.md §1.2: `common` is for apps that accept personal accounts too; other apps use
 * `organizations`.
 */
const isForPersonalAccounts = ({ signInAudience }: App): boolean =>
  signInAudience === 'AzureADandPersonalMicrosoftAccount'

const bodyV2 = (deps: EntraDeps, http: HttpRequest, started: StartedDevice) => ({
  user_code: started.userCode,
  device_code: started.deviceCode,
  verification_uri: pageOf(http),
  expires_in: secondsLeft(deps, started),
  interval: INTERVAL,
  message: messageOf(http, started),
})

/** Every value is a string, as at the token endpoint, and the URL has another name. */
const bodyV1 = (deps: EntraDeps, http: HttpRequest, started: StartedDevice) => ({
  user_code: started.userCode,
  device_code: started.deviceCode,
  verification_url: pageOf(http),
  expires_in: String(secondsLeft(deps, started)),
  interval: String(INTERVAL),
  message: messageOf(http, started),
})

const pageOf = ({ base }: HttpRequest): string => `${base}/devicelogin`

/** Rounded up: the time of the write does not shorten the first second. */
const secondsLeft = ({ world }: EntraDeps, { ends }: StartedDevice): number => Math.ceil((ends - world.now()) / 1000)

/** Entra's sentence, word for word: programs look for the code in it. */
const messageOf = (http: HttpRequest, { userCode }: StartedDevice): string =>
  `To sign in, use a web browser to open the page ${pageOf(http)} and enter the code ${userCode} to authenticate.`
