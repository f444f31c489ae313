import type { Tenant } from '../../../domain/directory/types.ts'
import { microsoftClouds, ownCloud } from '../hosts.ts'

const tokenEndpoints = ['/oauth2/v2.0/token', '/oauth2/token']
/** Seen in the field: the issuer, in its v2 and v1 spelling. */
const issuers = ['/v2.0', '']

/**
 * Whether an assertion was meant for this tenant's token service (contract/identity §2.2): by any name of ours, or by
 * one of Microsoft's for a client that was told nothing else; the tenant by GUID or domain.
 * `strict` takes the token endpoints only.
 */
export function isForTenant(audience: unknown, tenant: Tenant, base: string, strict: boolean): boolean {
  // RFC 7519 §4.1.3: one name or a list of them.
  const named = Array.isArray(audience) ? audience : [audience]
  return named.some((one) => typeof one === 'string' && names(one, tenant, base, strict))
}

function names(audience: string, tenant: Tenant, base: string, strict: boolean): boolean {
  const url = URL.parse(audience)
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') return false
  const hosts = [ownCloud(base), ...microsoftClouds].flatMap((cloud) => cloud.aliases)
  const path = url.pathname.toLowerCase().replace(/\/$/, '')
  const endings = strict ? tokenEndpoints : [...tokenEndpoints, ...issuers]
  return (
    hosts.includes(url.host) &&
    [tenant.id, ...tenant.domains].some((name) => endings.some((ending) => path === `/${name}${ending}`))
  )
}
