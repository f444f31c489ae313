import { refuse } from '../../../core/refusal.ts'
import { checkCount, limits } from '../limits.ts'
import type { RedirectUris } from '../types.ts'

/** Further properties of an app, under the names in Graph. They are stored as given, so read them with care. */
export type Properties = Readonly<Record<string, unknown>>

/** Properties with members: a change of one of them keeps the members that it omits. */
const nested = ['web', 'spa', 'publicClient', 'api'] as const

const kinds = ['web', 'spa', 'publicClient'] as const

export const isObject = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectAt = (properties: Properties, name: string): Properties => {
  const value = properties[name]
  return isObject(value) ? value : {}
}

export const listAt = (properties: Properties, name: string): readonly unknown[] => {
  const value = properties[name]
  return Array.isArray(value) ? value : []
}

export function mergeProperties(before: Properties, change: Properties): Properties {
  const within = nested.filter((name) => isObject(before[name]) && isObject(change[name]))
  const merged = within.map((name) => [name, { ...objectAt(before, name), ...objectAt(change, name) }])
  return { ...before, ...change, ...Object.fromEntries(merged) }
}

export const redirectUrisOf = (properties: Properties): RedirectUris => ({
  web: urisAt(properties, 'web'),
  spa: urisAt(properties, 'spa'),
  publicClient: urisAt(properties, 'publicClient'),
})

const urisAt = (properties: Properties, kind: keyof RedirectUris): readonly string[] =>
  listAt(objectAt(properties, kind), 'redirectUris').filter((uri) => typeof uri === 'string')

/**
 * Whether the app needs no credential if no redirect URI decides it: as the app declares, or if all its URIs are
 * native.
 */
export function allowsPublicClient(properties: Properties): boolean {
  const said = properties['isFallbackPublicClient']
  if (typeof said === 'boolean') return said
  const { web, spa, publicClient } = redirectUrisOf(properties)
  return publicClient.length > 0 && web.length === 0 && spa.length === 0
}

/** docs/reference/identity.md §4.3: the version of the tokens that the app accepts as a resource. */
export const accessTokenVersionOf = (properties: Properties): 1 | 2 =>
  objectAt(properties, 'api')['requestedAccessTokenVersion'] === 2 ? 2 : 1

/** Refuses `bad-syntax` and names the property if a property that Postern evaluates is invalid. */
export function checkProperties(properties: Properties): Properties {
  if (!isShallow(properties, limits.nesting) || JSON.stringify(properties).length > limits.properties) {
    refuse('bad-syntax', 'The properties of the application are too large.', { property: 'properties' })
  }
  for (const kind of kinds) checkRedirects(listAt(objectAt(properties, kind), 'redirectUris'), kind)
  const uris = kinds.flatMap((kind) => listAt(objectAt(properties, kind), 'redirectUris'))
  checkCount(uris, 'redirectUris', limits.redirectUris)
  const version = objectAt(properties, 'api')['requestedAccessTokenVersion'] ?? null
  if (version !== null && version !== 1 && version !== 2) refuseValue('api.requestedAccessTokenVersion', '1, 2 or null')
  const fallback = properties['isFallbackPublicClient'] ?? null
  if (fallback !== null && typeof fallback !== 'boolean') refuseValue('isFallbackPublicClient', 'true, false or null')
  return properties
}

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)))

const refuseValue = (property: string, wanted: string): never =>
  refuse('bad-syntax', `The property ${property} must be ${wanted}.`, { property })

function checkRedirects(uris: readonly unknown[], kind: keyof RedirectUris): void {
  const property = `${kind}.redirectUris`
  for (const uri of uris) {
    const fault = typeof uri === 'string' ? faultOf(uri, kind) : 'is not a text'
    if (fault) {
      refuse('bad-syntax', `The property ${property} cannot hold '${String(uri).slice(0, 256)}', which ${fault}.`, {
        property,
      })
    }
  }
  if (new Set(uris).size < uris.length) {
    refuse('bad-syntax', `The property ${property} holds the same redirect URI twice.`, { property })
  }
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Schemes that a browser runs or opens itself. No app can wait for an answer there. */
const opened = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:', 'view-source:', 'filesystem:'])

const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:'

/** The reason why no answer can be sent to the URI. */
function faultOf(uri: string, kind: keyof RedirectUris): string | undefined {
  if (uri.length > limits.redirectUri) return `is longer than ${limits.redirectUri} characters`
  if (!/^[\u0021-\u007e]+$/.test(uri) || /["<>\\^`{|}]/.test(uri)) return 'has a character that no URI has'
  if (uri.includes('#')) return 'has a fragment'
  if (uri.includes('*')) return 'has a wildcard'
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  // Browsers differ on `https:reader.test` and `https:/reader.test`, so the host must follow `//`.
  if (!url || (isWeb(url) && !/^https?:\/\/[^/?]/i.test(uri))) return 'is not an absolute URI'
  if (url.username !== '' || url.password !== '') return 'names a user'
  if (url.protocol === 'https:') return undefined
  if (url.protocol === 'http:') return loopback.has(url.hostname) ? undefined : 'is neither https nor on this machine'
  if (kind !== 'publicClient') return 'is neither https nor http on this machine'
  return opened.has(url.protocol) ? 'no app can wait at' : undefined
}
