import type { HttpRequest } from '../../core/http.ts'
import type { TenantId } from '../../core/ids.ts'
import type { EntraDeps } from './deps.ts'

/** The placeholder for the tenant in documents for all tenants (docs/reference/identity.md §1.4). */
const TEMPLATE = '{tenantid}'

/**
 * The issuer in v2 documents. MSAL Node compares its host with the authority's, so it is the host of the request, or
 * one of Microsoft's.
 */
export function issuerV2(deps: EntraDeps, request: HttpRequest, tenant: TenantId | undefined): string {
  const host = deps.issuerHosts === 'microsoft' ? 'https://login.microsoftonline.com' : request.base
  return `${host}/${tenant ?? TEMPLATE}/v2.0`
}

/** The issuer in v1 documents, which is also the one in access tokens. */
export function issuerV1(deps: EntraDeps, request: HttpRequest, tenant: TenantId | undefined): string {
  if (tenant !== undefined) return deps.tokens.issuer(tenant)
  return `${deps.issuerHosts === 'microsoft' ? 'https://sts.windows.net' : request.base}/${TEMPLATE}/`
}

/** Returns true if the URL has a host name of this server. The Host header of a request may have another one. */
export const isOwnName = ({ hostname }: URL, names: readonly string[]): boolean =>
  names.includes(hostname.replace(/^\[|\]$/g, ''))

/** The names of the cloud in documents. */
export function cloudNames(deps: EntraDeps, request: HttpRequest) {
  const { host } = new URL(request.base)
  return deps.issuerHosts === 'microsoft'
    ? { instance: 'microsoftonline.com', graphInstance: 'graph.windows.net', graph: 'graph.microsoft.com' }
    : { instance: host, graphInstance: host, graph: host }
}
