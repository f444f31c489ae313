import { HOUR } from '../../../core/time.ts'
import { type HttpAnswer, type HttpRequest, type Route, route, type Verb } from '../../../core/http.ts'
import { seconds } from '../../../core/world.ts'
import type { AccessToken } from '../../../domain/tokens/types.ts'
import { type Attempt, onRecord } from '../attempt/attempt.ts'
import { preflightHeaders, readableByItsPage } from '../cross-origin.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { FORM_LIMIT, readForm } from '../form.ts'
import { authorizationCode } from '../grants/authorization-code.ts'
import { clientCredentials } from '../grants/client-credentials.ts'
import { deviceCode, deviceCodeV1 } from '../grants/device-code.ts'
import type { EndpointVersion, Grant, IssuedTokens } from '../grants/grant.ts'
import { onBehalfOf } from '../grants/on-behalf-of.ts'
import { password } from '../grants/password.ts'
import { refreshToken } from '../grants/refresh-token.ts'
import { noStore } from '../../../web/headers.ts'
import { commonHeaders } from '../headers.ts'

const paths: Readonly<Record<EndpointVersion, string>> = {
  v2: '/:tenant/oauth2/v2.0/token',
  v1: '/:tenant/oauth2/token',
}
const wrongVerbs: readonly Verb[] = ['GET', 'PUT', 'PATCH', 'DELETE']

/**
 * The token endpoints. A request goes through the files in this order: its form (form.ts), the grant (grants/), the
 * client (client.ts, client-authentication/), the scope and its consent (scopes/), and the tokens (issuing/). `attempt`
 * collects the facts on the way and records the outcome.
 */
export const tokenRoutes = (deps: EntraDeps): Route[] =>
  (Object.entries(paths) as [EndpointVersion, `/${string}`][]).flatMap(([version, path]) => [
    route(`POST ${path}`, (request) => readableByItsPage(deps, request, () => answer(deps, request, version)), {
      bodyLimit: FORM_LIMIT,
    }),
    route(`OPTIONS ${path}`, async (request) => ({
      status: 200,
      headers: { ...commonHeaders(request), ...preflightHeaders },
    })),
    ...wrongVerbs.map((verb) => route(`${verb} ${path}`, async () => deny(900561, verb), { bodyLimit: 0 })),
  ])

const answer = (deps: EntraDeps, request: HttpRequest, version: EndpointVersion): Promise<HttpAnswer> =>
  onRecord(deps, request, (attempt) => redeem(deps, request, version, attempt))

async function redeem(
  deps: EntraDeps,
  http: HttpRequest,
  version: EndpointVersion,
  attempt: Attempt,
): Promise<HttpAnswer> {
  const form = readForm(http)
  const type = form.need('grant_type')
  const grant = grants.get(type) ?? deny(70003, type)
  const issued = await grant.redeem(deps, { http, form, version, tenant: http.params.tenant ?? '', attempt })
  return {
    status: 200,
    headers: { ...commonHeaders(http), ...noStore, 'x-ms-clitelem': '1,0,0,,' },
    body: version === 'v2' ? bodyV2(issued) : bodyV1(issued),
    accepted: true,
  }
}

/** docs/reference/identity.md §2.4: times are numbers. */
const bodyV2 = ({ access, ...issued }: IssuedTokens) => ({
  token_type: 'Bearer',
  ...userTokenMembers(issued),
  expires_in: access.expiresIn,
  ext_expires_in: access.expiresIn,
  ...(isLong(access) && { refresh_in: halfOf(access) }),
  access_token: access.token,
})

/** docs/reference/identity.md §2.4: every value is a string. */
const bodyV1 = ({ access, ...issued }: IssuedTokens) => ({
  token_type: 'Bearer',
  ...userTokenMembers(issued),
  expires_in: String(access.expiresIn),
  ext_expires_in: String(access.expiresIn),
  ...(isLong(access) && { refresh_in: String(halfOf(access)) }),
  expires_on: String(access.claims.exp),
  not_before: String(access.claims.nbf),
  resource: issued.resource,
  access_token: access.token,
})

/** docs/reference/identity.md §7.5: clients fetch a new token after half the lifetime of a long one. */
const isLong = ({ expiresIn }: AccessToken): boolean => expiresIn >= seconds(2 * HOUR) - 1
const halfOf = ({ expiresIn }: AccessToken): number => Math.floor(expiresIn / 2)

/** docs/reference/identity.md §7.1: the members of the answer that go with a user's access token. */
const userTokenMembers = ({
  scope,
  refreshToken,
  refreshTokenExpiresIn,
  idToken,
  clientInfo,
}: Omit<IssuedTokens, 'access'>) => ({
  ...(scope !== undefined && { scope }),
  ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  ...(refreshTokenExpiresIn !== undefined && { refresh_token_expires_in: refreshTokenExpiresIn }),
  ...(idToken !== undefined && { id_token: idToken }),
  ...(clientInfo !== undefined && { client_info: clientInfo }),
})

/** The grants of the token endpoint, by `grant_type`. */
export const grants: ReadonlyMap<string, Grant> = new Map(
  [clientCredentials, authorizationCode, refreshToken, deviceCode, deviceCodeV1, onBehalfOf, password].map((grant) => [
    grant.type,
    grant,
  ]),
)
