import type { HttpAnswer } from '../../core/http.ts'
import { type Reason, Refusal } from '../../core/refusal.ts'

const say = {
  'bad-syntax': [400, 'BadRequest'],
  'wrong-state': [409, 'Conflict'],
  'not-signed-in': [401, 'Unauthorized'],
  'not-allowed': [403, 'Forbidden'],
  'no-such-thing': [404, 'NotFound'],
  'already-exists': [409, 'AlreadyExists'],
  'over-quota': [507, 'QuotaExceeded'],
  'no-room': [507, 'InsufficientStorage'],
  'too-big': [413, 'TooLarge'],
  busy: [503, 'Busy'],
  gone: [410, 'Gone'],
  damaged: [500, 'MessageDamaged'],
  unsupported: [501, 'NotSupported'],
} satisfies Record<Reason, [number, string]>

/** The answer for what a route threw; `undefined` is "no such route". */
export function failure(thrown: unknown): HttpAnswer {
  const { status, ...error } = errorOf(thrown)
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      // RFC 9110 §11.6.1, RFC 6750 §3
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: { error },
  }
}

export function errorOf(thrown: unknown): { readonly status: number; readonly code: string; readonly message: string } {
  if (thrown === undefined) return { status: 404, code: 'NotFound', message: 'Nothing is here.' }
  if (!(thrown instanceof Refusal)) return { status: 500, code: 'InternalError', message: 'Something went wrong here.' }
  const [status, code] = say[thrown.reason]
  return { status, code: thrown.detail.code ?? code, message: thrown.message }
}
