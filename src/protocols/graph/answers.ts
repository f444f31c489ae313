import { isoSeconds } from '../../core/time.ts'
import { isGuid } from '../../core/ids.ts'
import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import type { World } from '../../core/world.ts'
import type { GraphError } from './errors.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'

const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8'

/** docs/reference/graph-mail.md §1.3: the headers of every answer. */
export const commonHeaders = (request: HttpRequest): Record<string, string> => ({
  'cache-control': 'private',
  'request-id': request.id,
  'client-request-id': clientRequestId(request),
  'x-ms-ags-diagnostic': DIAGNOSTIC,
})

const DIAGNOSTIC = JSON.stringify({
  ServerInfo: { DataCenter: 'Self', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'AGS' },
})

/** Returns the caller's request id if it is a GUID; otherwise the server's. */
export function clientRequestId(request: HttpRequest): string {
  const given = request.headers['client-request-id']
  return given !== undefined && isGuid(given) ? given : request.id
}

export const ok = (request: HttpRequest, body: object, status = 200): HttpAnswer => ({
  status,
  headers: { ...commonHeaders(request), 'content-type': JSON_TYPE, 'odata-version': '4.0' },
  body,
})

/** A number as text, the answer to `/$count`. */
export const plain = (request: HttpRequest, number: number): HttpAnswer => ({
  status: 200,
  headers: { ...commonHeaders(request), 'content-type': 'text/plain', 'odata-version': '4.0' },
  body: String(number),
})

export const created = (request: HttpRequest, body: object): HttpAnswer => ok(request, body, 201)

export const noContent = (request: HttpRequest): HttpAnswer => ({ status: 204, headers: commonHeaders(request) })

/** docs/reference/identity.md §10.3 */
export const failed = (world: World, request: HttpRequest, { status, code, message }: GraphError): HttpAnswer => ({
  status,
  headers: {
    ...commonHeaders(request),
    'content-type': 'application/json; charset=utf-8',
    ...(status === 401 ? { 'www-authenticate': challenge(request) } : {}),
  },
  body: {
    error: {
      code,
      message,
      innerError: {
        // UTC, without a zone.
        date: isoSeconds(world.now()).slice(0, -1),
        'request-id': request.id,
        'client-request-id': clientRequestId(request),
      },
    },
  },
})

const challenge = ({ base }: HttpRequest): string =>
  `Bearer realm="", authorization_uri="${base}/common/oauth2/authorize", client_id="${microsoftGraph.appId}"`
