import { type HttpRequest, type Route, route } from '../../../core/http.ts'
import { deny } from '../errors/errors.ts'
import { commonHeaders, forEveryone } from '../headers.ts'
import { type Cloud, microsoftClouds, ownCloud } from '../hosts.ts'
import { preflight } from './discovery.ts'

/** What MSAL asks before it believes in an authority's host (contract/identity §1.6). */
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

/** Where an authority's documents are; undefined when it is nobody we know. */
function originOf(base: string, { host, hostname, port, origin }: URL): string | undefined {
  const own = ownCloud(base).aliases
  if ([...own, ...microsoftClouds.flatMap((cloud) => cloud.aliases)].includes(host)) return origin
  // MSAL Python leaves the port of its authority out when it asks, and needs it in the answer.
  return port === '' && own.some((alias) => new URL(`https://${alias}`).hostname === hostname) ? base : undefined
}

const metadataOf = ({ preferredNetwork, preferredCache, aliases }: Cloud) => ({
  preferred_network: preferredNetwork,
  preferred_cache: preferredCache,
  aliases,
})
