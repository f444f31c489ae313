import type { HttpRequest } from '../../core/http.ts'
import { isGuid } from '../../core/ids.ts'
import { securityHeaders } from '../../web/headers.ts'

/** docs/reference/identity.md §9: the headers of every answer. */
export function commonHeaders(request: HttpRequest): Record<string, string> {
  return {
    'x-ms-request-id': request.id,
    'x-ms-ests-server': '2.1.1.0 - SELF ProdSlices',
    p3p: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
    ...securityHeaders(request),
    ...echo(request),
  }
}

function echo(request: HttpRequest): Record<string, string> {
  const given = request.headers['client-request-id']
  const wanted = request.headers['return-client-request-id']?.toLowerCase() === 'true'
  return wanted && given !== undefined && isGuid(given) ? { 'client-request-id': given } : {}
}

/** docs/reference/identity.md §1.8: discovery documents and keys are readable from every origin. */
export const forEveryone = {
  'cache-control': 'max-age=86400, private',
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, OPTIONS',
}

/** The hosts of one cloud, the preferred one first (docs/reference/identity.md §1.1). */
export interface Cloud {
  readonly preferredNetwork: string
  readonly preferredCache: string
  readonly aliases: readonly string[]
}

const cloud = (preferredCache: string, ...aliases: [string, ...string[]]): Cloud => ({
  preferredNetwork: aliases[0],
  preferredCache,
  aliases,
})

export const microsoftClouds: readonly Cloud[] = [
  cloud(
    'login.windows.net',
    'login.microsoftonline.com',
    'login.windows.net',
    'login.microsoft.com',
    'sts.windows.net',
  ),
  cloud('login.partner.microsoftonline.cn', 'login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'),
  cloud('login.microsoftonline.us', 'login.microsoftonline.us', 'login.usgovcloudapi.net'),
  cloud('login-us.microsoftonline.com', 'login-us.microsoftonline.com'),
]

const loopback = ['localhost', '127.0.0.1', '[::1]']

/** The cloud of this server: the host name of the request, and the loopback names. */
export function ownCloud(base: string): Cloud {
  const { host, port } = new URL(base)
  const local = loopback.map((name) => (port === '' ? name : `${name}:${port}`))
  return cloud(host, host, ...local.filter((name) => name !== host))
}
