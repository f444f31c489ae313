import { endedEarly } from '../../../access/revocation/planned-end.ts'
import { bearerOf, type HttpAnswer, type HttpRequest, type Route, route } from '../../../core/http.ts'
import type { User } from '../../../domain/directory/types.ts'
import type { UserTokenClaims } from '../../../domain/tokens/types.ts'
import type { EntraDeps } from '../deps.ts'
import { noStore } from '../../../web/headers.ts'
import { commonHeaders } from '../headers.ts'
import { cloudNames } from '../own-names.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'

/** OpenID Connect Core 1.0 §5.3: the user of a token for Graph. Every origin may request it. */
export const userInfoRoutes = (deps: EntraDeps): Route[] => [
  // The token is in the header: the body of a POST is not read.
  ...(['GET', 'POST'] as const).map((verb) =>
    route(`${verb} /oidc/userinfo`, (request) => userInfo(deps, request), { bodyLimit: 0 }),
  ),
  route('OPTIONS /oidc/userinfo', async (request) => ({ status: 200, headers: headersFor(request) })),
]

const headersFor = (request: HttpRequest) => ({
  ...commonHeaders(request),
  ...noStore,
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, client-request-id',
})

/** Answers from the key ring and the directory only, with the claims of an ID token. It opens no mailbox and no API. */
async function userInfo(deps: EntraDeps, request: HttpRequest): Promise<HttpAnswer> {
  const bearer = bearerOf(request)
  if (bearer === undefined) return challenge(request, 401, 'Bearer')
  const found = await shown(deps, bearer)
  if (!found) return challenge(request, 401, 'Bearer error="invalid_token"')
  const { claims, user } = found
  const scopes = claims.scp.split(' ')
  // OpenID Connect Core 1.0 §5.3: only for tokens of a sign-in that requested `openid`.
  if (!scopes.includes('openid')) return challenge(request, 403, 'Bearer error="insufficient_scope", scope="openid"')
  const body = {
    sub: deps.tokens.subject(claims.appid, user.id),
    ...(scopes.includes('profile') && profileOf(request, user)),
    ...(scopes.includes('email') && user.mail !== undefined && { email: user.mail }),
  }
  return { status: 200, headers: headersFor(request), body }
}

/** RFC 6750 §3 */
const challenge = (request: HttpRequest, status: 401 | 403, value: string): HttpAnswer => ({
  status,
  headers: { ...headersFor(request), 'www-authenticate': value },
})

/** Returns the token's claims, and the user as the directory has them now. */
async function shown(
  { tokens, directory }: EntraDeps,
  bearer: string,
): Promise<{ readonly claims: UserTokenClaims; readonly user: User } | undefined> {
  const verdict = await tokens.verify(bearer)
  if (!verdict.ok || verdict.claims.idtyp !== 'user') return undefined
  const { claims } = verdict
  const resource = await directory.servicePrincipals.findResource(claims.tid, claims.aud)
  const client = await directory.servicePrincipals.find(claims.tid, { appId: claims.appid })
  const user = await directory.users.find(claims.tid, claims.oid)
  const good = resource?.appId === microsoftGraph.appId && client?.accountEnabled && user?.accountEnabled
  return good && !endedEarly(claims, user) ? { claims, user } : undefined
}

const profileOf = ({ base }: HttpRequest, user: User) => ({
  name: user.displayName,
  ...(user.surname !== undefined && { family_name: user.surname }),
  ...(user.givenName !== undefined && { given_name: user.givenName }),
  picture: `${base}/v1.0/me/photo/$value`,
})

/** MSAL Python requests it before it sends a password, to find out who checks it (docs/reference/identity.md §1.3). */
export const userRealmRoutes = (deps: EntraDeps): Route[] => [
  route('GET /:tenant/userrealm/:user', async (request) => ({
    status: 200,
    headers: { ...commonHeaders(request), ...noStore },
    body: await realmOf(deps, request),
  })),
]

/** Returns the tenant of a domain, which is public; nothing about the user. */
async function realmOf(deps: EntraDeps, request: HttpRequest): Promise<object> {
  const { user = '' } = request.params
  const domain = user.slice(user.lastIndexOf('@') + 1).toLowerCase()
  const names = { ver: '1.0', cloud_instance_name: cloudNames(deps, request).instance }
  if (!user.includes('@') || !(await deps.directory.tenants.find(domain))) {
    return { ...names, account_type: 'Unknown' }
  }
  return {
    ...names,
    account_type: 'Managed',
    domain_name: domain,
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  }
}
