import type { Tenant } from '../../../domain/directory/types.ts'
import { microsoftClouds } from '../hosts.ts'
import { isOwnName } from '../own-names.ts'

const tokenEndpoints = ['/oauth2/v2.0/token', '/oauth2/token']
/** Seen in the field: the issuer, in its v2 and v1 spelling. */
const issuers = ['/v2.0', '']

/** A tenant's token service, as its caller reached it and as we know it. */
export interface TokenService {
  readonly tenant: Tenant
  /** The URL by which the caller says it reached us; its port counts, its host does not. */
  readonly base: string
  /** Our host names. */
  readonly names: readonly string[]
  readonly strict: boolean
}

/**
 * Whether an assertion was meant for this token service (contract/identity §2.2): by any name of ours, or by one of
 * Microsoft's for a client that was told nothing else; the tenant by GUID or domain.
 * Our names are those we were given: what the caller's Host header says proves nothing, or an assertion made out to
 * another server could be passed on to us. `strict` takes the token endpoints only.
 */
export function isForTenant(audience: unknown, service: TokenService): boolean {
  // RFC 7519 §4.1.3: one name or a list of them.
  const named = Array.isArray(audience) ? audience : [audience]
  return named.some((one) => typeof one === 'string' && means(one, service))
}

function means(audience: string, { tenant, base, names, strict }: TokenService): boolean {
  const url = URL.parse(audience)
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') return false
  const path = url.pathname.toLowerCase().replace(/\/$/, '')
  const endings = strict ? tokenEndpoints : [...tokenEndpoints, ...issuers]
  return (
    (microsoftHosts.includes(url.host) || isOurs(url, base, names)) &&
    [tenant.id, ...tenant.domains].some((name) => endings.some((ending) => path === `/${name}${ending}`))
  )
}

const microsoftHosts = microsoftClouds.flatMap((cloud) => cloud.aliases)

const isOurs = (url: URL, base: string, names: readonly string[]): boolean =>
  url.port === new URL(base).port && isOwnName(url, names)
