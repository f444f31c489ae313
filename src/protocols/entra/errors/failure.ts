import { isoSeconds } from '../../../core/time.ts'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { commonHeaders, correlationOf } from '../headers.ts'
import { codeOf, errorOf } from './errors.ts'
import { noStore } from '../../../web/headers.ts'

/** docs/reference/identity.md §8.1: returns the answer for a refusal, an internal error, or an unknown path. */
export function failureAnswer(world: World, thrown: unknown, request: HttpRequest): HttpAnswer {
  const headers = { ...commonHeaders(request), ...noStore }
  if (thrown === undefined) return { status: 404, headers }
  const failure = failureOf(world, thrown, request)
  const { code, suberror } = failure
  request.log.info({ aadsts: code, path: request.path, from: request.from }, 'A token request was refused')
  return {
    status: failure.status,
    // docs/reference/identity.md §9: version, error code, sub-error (0 for none), age of the token, ring.
    headers: { ...headers, 'x-ms-clitelem': `1,${code},0,,`, ...(failure.status === 503 && { 'retry-after': '1' }) },
    body: {
      error: failure.error,
      error_description: descriptionOf(failure),
      error_codes: [code],
      timestamp: failure.timestamp,
      trace_id: failure.trace,
      correlation_id: failure.correlation,
      ...(failure.unlisted ? {} : { error_uri: `${request.base}/error?code=${code}` }),
      ...(suberror !== undefined && { suberror }),
    },
  }
}

/** The description of a refusal, for the wire and for pages. */
export interface EntraFailure {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly text: string
  readonly trace: string
  readonly correlation: string
  readonly timestamp: string
  readonly suberror: string | undefined
  readonly unlisted: boolean
}

export function failureOf(world: World, thrown: unknown, request: HttpRequest): EntraFailure {
  const refusal = thrown instanceof Refusal ? thrown : undefined
  const { code, status, error, says, suberror, unlisted } = errorOf(codeOf(thrown))!
  return {
    status: refusal?.reason === 'too-big' ? 413 : status,
    error: refusal?.detail.error ?? error,
    code,
    text: refusal?.detail.aadsts === undefined ? says() : refusal.message,
    trace: request.id,
    correlation: correlationOf(request),
    timestamp: isoSeconds(world.now()).replace('T', ' '),
    suberror,
    unlisted: unlisted === true,
  }
}

export const descriptionOf = ({ code, text, trace, correlation, timestamp }: EntraFailure): string =>
  `AADSTS${code}: ${text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`
