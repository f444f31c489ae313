import type { HttpRequest } from '../../core/http.ts'
import type { TenantId } from '../../core/ids.ts'
import type { EntraDeps } from './deps.ts'

/** What stands for the tenant in documents that are nobody's in particular (docs/reference/identity.md §1.4). */
const TEMPLATE = '{tenantid}'

/**
 * The issuer of v2 documents. MSAL Node holds its host against the authority's, so it is the name by which the caller
 * reached us, or one of Microsoft's own.
 */
export function issuerV2(deps: EntraDeps, request: HttpRequest, tenant: TenantId | undefined): string {
  const host = deps.issuerHosts === 'microsoft' ? 'https://login.microsoftonline.com' : request.base
  return `${host}/${tenant ?? TEMPLATE}/v2.0`
}

/** The issuer of v1 documents: the one that access tokens name. */
export function issuerV1(deps: EntraDeps, request: HttpRequest, tenant: TenantId | undefined): string {
  if (tenant !== undefined) return deps.tokens.issuer(tenant)
  return `${deps.issuerHosts === 'microsoft' ? 'https://sts.windows.net' : request.base}/${TEMPLATE}/`
}

/** Whether a URL is by its host one of this server's, which the Host header of a request need not be. */
export const isOwnName = ({ hostname }: URL, names: readonly string[]): boolean =>
  names.includes(hostname.replace(/^\[|\]$/g, ''))

/** What documents call the cloud that they belong to. */
export function cloudNames(deps: EntraDeps, request: HttpRequest) {
  const { host } = new URL(request.base)
  return deps.issuerHosts === 'microsoft'
    ? { instance: 'microsoftonline.com', graphInstance: 'graph.windows.net', graph: 'graph.microsoft.com' }
    : { instance: host, graphInstance: host, graph: host }
}
