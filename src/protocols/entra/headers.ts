import { isGuid } from '../../core/ids.ts'
import type { HttpRequest } from '../../core/http.ts'
import { isLoopback } from './hosts.ts'

/** contract/identity §9: what every answer carries. */
export function commonHeaders(request: HttpRequest): Record<string, string> {
  return {
    'x-ms-request-id': request.id,
    'x-ms-ests-server': '2.1.1.0 - SELF ProdSlices',
    p3p: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
    'x-content-type-options': 'nosniff',
    'x-xss-protection': '0',
    // A browser that believed this of localhost would refuse every other program there that speaks plain http.
    ...(isLoopback(request.base) ? {} : { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
    ...echo(request),
  }
}

function echo(request: HttpRequest): Record<string, string> {
  const given = request.headers['client-request-id']
  const wanted = request.headers['return-client-request-id']?.toLowerCase() === 'true'
  return wanted && given !== undefined && isGuid(given) ? { 'client-request-id': given } : {}
}

export const noStore = { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', expires: '-1' }

/** contract/identity §1.8: discovery and keys are for everyone, browsers included. */
export const forEveryone = {
  'cache-control': 'max-age=86400, private',
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, OPTIONS',
}
