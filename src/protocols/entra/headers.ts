import { hash } from 'node:crypto'
import type { HttpRequest } from '../../core/http.ts'
import { type Guid, guid, isGuid } from '../../core/ids.ts'
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
  const requested = request.headers['return-client-request-id']?.toLowerCase() === 'true'
  return requested && given !== undefined && isGuid(given) ? { 'client-request-id': given } : {}
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

/**
 * Returns the caller's correlation id: MSAL Python sends `client-request-id` as a header, MSAL Node in the form. A
 * request without a valid one gets an id derived from its own, the same in the answer and on record.
 */
export function correlationOf(request: HttpRequest): Guid {
  const given = [request.headers['client-request-id'], request.query.get('client-request-id'), inForm(request)]
  const named = given.find((it): it is string => typeof it === 'string' && isGuid(it))
  return named === undefined ? derived(request.id) : guid(named.toLowerCase())
}

const inForm = ({ body }: HttpRequest): string | undefined =>
  /(?:^|&)client-request-id=([0-9a-f-]{36})(?:&|$)/i.exec(Buffer.from(body).toString('latin1'))?.[1]

/** RFC 9562 §5.8. */
function derived(id: string): Guid {
  const hex = hash('sha256', `correlation ${id}`, 'hex')
  return guid(`${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`)
}
