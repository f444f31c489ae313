import { type HttpAnswer, type HttpRequest, type Route, route } from '../../../core/http.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { type Cloud, commonHeaders, forEveryone, microsoftClouds, ownCloud } from '../headers.ts'
import { cloudNames, issuerV1, issuerV2 } from '../own-names.ts'
import { sharedTenant, tenantNamed } from '../client.ts'

type Document = (deps: EntraDeps, request: HttpRequest, tenant: Tenant | undefined) => object

/** OpenID Connect Discovery 1.0 §4, in its two versions (docs/reference/identity.md §1.4). */
export const discoveryRoutes = (deps: EntraDeps): Route[] => [
  ...documentRoutes(deps, '/:tenant/v2.0/.well-known/openid-configuration', documentV2),
  ...documentRoutes(deps, '/:tenant/.well-known/openid-configuration', documentV1),
]

const documentRoutes = (deps: EntraDeps, path: `/${string}`, document: Document): Route[] => [
  route(`GET ${path}`, async (request) => {
    const body = document(deps, request, await tenantOf(deps, request.params.tenant ?? ''))
    return { status: 200, headers: { ...commonHeaders(request), ...forEveryone }, body }
  }),
  route(`OPTIONS ${path}`, async (request) => preflight(request)),
]

const preflight = (request: HttpRequest): HttpAnswer => ({
  status: 200,
  headers: { ...commonHeaders(request), ...forEveryone },
})

/** Returns undefined for `common` and `organizations`: their documents name no tenant. */
async function tenantOf(deps: EntraDeps, segment: string): Promise<Tenant | undefined> {
  const shared = sharedTenant(segment)
  if (shared === 'common' || shared === 'organizations') return undefined
  try {
    return await tenantNamed(deps.directory, segment)
  } catch (thrown) {
    // docs/reference/identity.md §1.4: the error has another name here than at the token endpoint.
    if (!(thrown instanceof Refusal)) throw thrown
    return refuse(thrown.reason, thrown.message, { ...thrown.detail, error: 'invalid_tenant' })
  }
}

const documentV2: Document = (deps, request, tenant) => ({
  ...common(deps, request, tenant),
  ...endpoints(request, '/oauth2/v2.0'),
  jwks_uri: `${request.base}/${request.params.tenant}/discovery/v2.0/keys`,
  issuer: issuerV2(deps, request, tenant?.id),
  device_authorization_endpoint: `${request.base}/${request.params.tenant}/oauth2/v2.0/devicecode`,
})

const documentV1: Document = (deps, request, tenant) => ({
  ...common(deps, request, tenant),
  ...endpoints(request, '/oauth2'),
  jwks_uri: `${request.base}/${request.params.tenant}/discovery/keys`,
  issuer: issuerV1(deps, request, tenant?.id),
  device_authorization_endpoint: `${request.base}/${request.params.tenant}/oauth2/devicecode`,
})

const endpoints = ({ base, params }: HttpRequest, family: string) => ({
  authorization_endpoint: `${base}/${params.tenant}${family}/authorize`,
  token_endpoint: `${base}/${params.tenant}${family}/token`,
  end_session_endpoint: `${base}/${params.tenant}${family}/logout`,
})

const common = (deps: EntraDeps, request: HttpRequest, tenant: Tenant | undefined) => ({
  token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  claims_supported: claims,
  userinfo_endpoint: `${request.base}/oidc/userinfo`,
  request_uri_parameter_supported: false,
  http_logout_supported: true,
  frontchannel_logout_supported: true,
  kerberos_endpoint: `${request.base}/${request.params.tenant}/kerberos`,
  tenant_region_scope: tenant === undefined ? null : 'WW',
  cloud_instance_name: cloudNames(deps, request).instance,
  cloud_graph_host_name: cloudNames(deps, request).graphInstance,
  msgraph_host: cloudNames(deps, request).graph,
  rbac_url: 'https://pas.windows.net',
})

const claims = [
  'sub',
  'iss',
  'cloud_instance_name',
  'cloud_instance_host_name',
  'cloud_graph_host_name',
  'msgraph_host',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'acr',
  'nonce',
  'preferred_username',
  'name',
  'tid',
  'ver',
  'at_hash',
  'c_hash',
  'email',
]

/** MSAL requests it before it trusts an authority's host (docs/reference/identity.md §1.6). */
export const instanceRoutes = (): Route[] => [
  route('GET /:tenant/discovery/instance', async (request) => ({
    status: 200,
    headers: { ...commonHeaders(request), ...forEveryone },
    body: instance(request),
  })),
  route('OPTIONS /:tenant/discovery/instance', async (request) => preflight(request)),
]

function instance({ base, query }: HttpRequest): object {
  const endpoint = URL.parse(query.get('authorization_endpoint') ?? deny(90014, 'authorization_endpoint'))
  const origin = endpoint?.protocol === 'https:' ? originOf(base, endpoint) : undefined
  if (!endpoint || origin === undefined) return deny(50049)
  const [, tenant = ''] = endpoint.pathname.split('/')
  const version = /\/v2\.0(\/|$)/i.test(endpoint.pathname) ? '/v2.0' : ''
  return {
    tenant_discovery_endpoint: `${origin}/${tenant}${version}/.well-known/openid-configuration`,
    'api-version': query.get('api-version') === '1.0' ? '1.0' : '1.1',
    metadata: [ownCloud(base), ...microsoftClouds].map(metadataOf),
  }
}

/** Returns the origin of an authority's documents; undefined for an unknown authority. */
function originOf(base: string, { host, hostname, port, origin }: URL): string | undefined {
  const own = ownCloud(base).aliases
  if ([...own, ...microsoftClouds.flatMap((cloud) => cloud.aliases)].includes(host)) return origin
  // MSAL Python sends its authority without the port, and needs the port in the answer.
  return port === '' && own.some((alias) => new URL(`https://${alias}`).hostname === hostname) ? base : undefined
}

const metadataOf = ({ preferredNetwork, preferredCache, aliases }: Cloud) => ({
  preferred_network: preferredNetwork,
  preferred_cache: preferredCache,
  aliases,
})

/** The keys that sign tokens (RFC 7517 §5, docs/reference/identity.md §1.5); the same for every tenant. */
export const keyRoutes = (deps: EntraDeps): Route[] =>
  (['/:tenant/discovery/v2.0/keys', '/:tenant/discovery/keys'] as const).flatMap((path) => [
    route(`GET ${path}`, async (request) => {
      const tenant = await tenantOf(deps, request.params.tenant ?? '')
      const names = {
        cloud_instance_name: cloudNames(deps, request).instance,
        issuer: issuerV2(deps, request, tenant?.id),
      }
      const keys = (await deps.tokens.keys()).map((key) => ({ ...key, ...names }))
      return { status: 200, headers: { ...commonHeaders(request), ...forEveryone }, body: { keys } }
    }),
    route(`OPTIONS ${path}`, async (request) => preflight(request)),
  ])
