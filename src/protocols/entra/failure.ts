import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { correlationOf } from './correlation.ts'
import { codeOf, errorOf } from './errors.ts'
import { commonHeaders, noStore } from './headers.ts'

/** contract/identity §8.1: what a refusal, a bug, or a path without a route looks like on the wire. */
export function failureAnswer(world: World, thrown: unknown, request: HttpRequest): HttpAnswer {
  const headers = { ...commonHeaders(request), ...noStore }
  if (thrown === undefined) return { status: 404, headers }
  const refusal = thrown instanceof Refusal ? thrown : undefined
  const { code, status, error, says, suberror, unlisted } = errorOf(codeOf(thrown))!
  const text = refusal?.detail.aadsts === undefined ? says() : refusal.message
  const timestamp = `${new Date(world.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const correlation = correlationOf(request) ?? world.guid()
  request.log.info({ aadsts: code, path: request.path, from: request.from }, 'a sign-in request was refused')
  return {
    status: refusal?.reason === 'too-big' ? 413 : status,
    // contract/identity §9: version, error, suberror (0 for none), the age of a token, its ring.
    headers: { ...headers, 'x-ms-clitelem': `1,${code},0,,` },
    body: {
      error: refusal?.detail.error ?? error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${request.id} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: request.id,
      correlation_id: correlation,
      ...(unlisted ? {} : { error_uri: `${request.base}/error?code=${code}` }),
      ...(suberror !== undefined && { suberror }),
    },
  }
}
