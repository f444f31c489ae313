import { isGuid } from '../../../core/ids.ts'
import type { CodeChallenge } from '../../../domain/authorization/types.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import { isForOtherTenants, sharedTenant, tenantNamed } from '../client.ts'
import { deny } from '../errors/errors.ts'
import type { Form } from '../form.ts'
import type { EndpointVersion } from '../grants/grant.ts'
import type { BrowserRequest } from './browser-request.ts'
import { ownSchemes, type Redirect, type ResponseMode } from './redirect.ts'

export type Prompt = (typeof knownPrompts)[number]
type ResponseType = 'code' | 'id_token' | 'code id_token'

/** The parameters of an authorization request, once the app is known (docs/reference/identity.md §7.1). */
export interface AuthorizeRequest {
  readonly responseType: ResponseType
  readonly scope: string
  /** Set by v1 requests. */
  readonly resource: string | undefined
  readonly nonce: string | undefined
  readonly challenge: CodeChallenge | undefined
  readonly prompts: ReadonlySet<Prompt>
  readonly loginHint: string | undefined
  readonly maxAge: number | undefined
  readonly clientInfo: boolean
}

/** Parses the request. Refusals go to the app. */
export function authorizeRequest(
  query: Form,
  { version, app, redirect }: { version: EndpointVersion; app: App; redirect: Redirect },
): AuthorizeRequest {
  const responseType = responseTypeOf(query, app)
  checkResponseMode(query, redirect)
  const resource = query.get('resource')
  if (version === 'v2' && resource !== undefined) deny(901002)
  const nonce = query.get('nonce')
  const scope = version === 'v2' ? query.need('scope') : (query.get('scope') ?? 'openid')
  if (responseType !== 'code') {
    // OpenID Connect Core 1.0 §3.2.2.1: the nonce binds the ID token to the browser.
    if (nonce === undefined) deny(90014, 'nonce')
    if (!scope.split(' ').includes('openid')) deny(70011, scope)
  }
  return {
    responseType,
    scope,
    resource,
    nonce,
    challenge: challengeOf(query, redirect),
    prompts: promptsOf(query),
    loginHint: loginHintOf(query),
    maxAge: maxAgeOf(query),
    clientInfo: query.get('client_info') === '1',
  }
}

function responseTypeOf(query: Form, app: App): ResponseType {
  const requested = query.need('response_type')
  // OAuth 2.0 Multiple Response Types §3: the order has no meaning.
  const type = requested.split(' ').sort().join(' ')
  if (type !== 'code' && type !== 'id_token' && type !== 'code id_token') return deny(700054, requested)
  if (type !== 'code' && !issuesIdTokens(app)) deny(700054, 'id_token')
  return type
}

/** Graph's `web.implicitGrantSettings.enableIdTokenIssuance`. */
function issuesIdTokens({ properties }: App): boolean {
  const web = properties.web as { implicitGrantSettings?: { enableIdTokenIssuance?: unknown } } | null | undefined
  return web?.implicitGrantSettings?.enableIdTokenIssuance === true
}

/** Refuses an unknown mode, and tokens in a query: logs and browser histories keep it. */
function checkResponseMode(query: Form, redirect: Redirect): void {
  const requested = query.get('response_mode')
  if (requested !== undefined && requested !== replyMode(query, redirect)) deny(70007, requested)
}

/** Returns how the app gets the response, or the error: by the requested mode if possible. */
export function replyMode(query: Form, redirect: Redirect): ResponseMode {
  const requested = query.get('response_mode')
  const withToken = (query.get('response_type') ?? '').includes('token')
  if (requested === 'fragment' || (requested === 'query' && !withToken)) return requested
  if (requested === 'form_post' && ownSchemes(redirect).length === 0) return requested
  return withToken ? 'fragment' : 'query'
}

/** RFC 7636 §4.3. */
function challengeOf(query: Form, { kind }: Redirect): CodeChallenge | undefined {
  const challenge = query.get('code_challenge')
  const method = query.get('code_challenge_method') ?? 'plain'
  if (challenge === undefined) {
    // docs/reference/identity.md §7.1: a single-page application has no other proof than PKCE.
    if (kind === 'spa') deny(9002325)
    return query.get('code_challenge_method') === undefined ? undefined : deny(50147)
  }
  // RFC 7636 §4.2: a verifier has 43 to 128 of these characters; a SHA-256 has 43.
  const shape = method === 'S256' ? /^[\w-]{43}$/ : /^[\w.~-]{43,128}$/
  if ((method !== 'plain' && method !== 'S256') || !shape.test(challenge)) return deny(50147)
  return { method, challenge }
}

/** OpenID Connect Core 1.0 §3.1.2.1: a list of words; `none` only by itself. */
function promptsOf(query: Form): ReadonlySet<Prompt> {
  const words = (query.get('prompt') ?? '').split(' ').filter((word) => word !== '')
  const prompts = new Set(words.map((word) => knownPrompts.find((it) => it === word) ?? deny(9002313)))
  if (prompts.has('none') && prompts.size > 1) deny(9002313)
  return prompts
}

const knownPrompts = ['none', 'login', 'consent', 'select_account'] as const

/** Only a valid user name is put into the form. */
function loginHintOf(query: Form): string | undefined {
  const hint = query.get('login_hint')?.trim()
  return hint !== undefined && isUserName(hint) ? hint : undefined
}

/** User names have the form of an email address. */
export const isUserName = (text: string): boolean => text.length <= 320 && /^[^\s@\0]+@[^\s@\0]+$/.test(text)

function maxAgeOf(query: Form): number | undefined {
  const requested = query.get('max_age')
  if (requested === undefined) return undefined
  return /^\d{1,9}$/.test(requested) ? Number(requested) : deny(9002313)
}

/** Reads the parameters of a URL, with the same checks as a form's. */
export function readQuery(query: URLSearchParams): Form {
  const get = (name: string): string | undefined => {
    const values = query.getAll(name).filter((value) => value !== '')
    // RFC 6749 §3.1: a parameter must not be included more than once.
    if (values.length > 1) deny(9002313)
    return values[0]
  }
  return { get, need: (name) => get(name) ?? deny(900144, name) }
}

/** Returns the tenant of the path; undefined for a path of many tenants (docs/reference/identity.md §1.2). */
export async function requestedTenant({ people, flow, attempt }: BrowserRequest): Promise<Tenant | undefined> {
  if (sharedTenant(flow.tenant) !== undefined) return undefined
  const tenant = await tenantNamed(people.deps.directory, flow.tenant)
  attempt.inTenant(tenant)
  return tenant
}

/**
 * Returns the app that sent the user. The consent of the tenant is checked later, because the user may give it here.
 */
export async function requestingApp(
  { people, flow, attempt }: BrowserRequest,
  clientId: string,
  tenant: Tenant | undefined,
): Promise<App> {
  const missing = () => deny(700016, clientId, tenant?.displayName ?? flow.tenant)
  if (!isGuid(clientId)) return missing()
  const app = (await people.deps.directory.apps.findAnywhere(clientId.toLowerCase())) ?? missing()
  attempt.knows({ app })
  if (tenant) return app.tenant === tenant.id || isForOtherTenants(app) ? app : missing()
  // docs/reference/identity.md §1.2: Postern has no personal accounts.
  if (sharedTenant(flow.tenant) === 'consumers') deny(90130, app.appId, app.displayName)
  return isForOtherTenants(app) ? app : deny(50194, app.appId, app.displayName)
}
