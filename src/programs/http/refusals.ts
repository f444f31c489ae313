import type { HttpAnswer } from '../../core/http.ts'
import { Refusal } from '../../core/refusal.ts'

/** What the HTTP layer itself refuses, in our words; its other errors are bugs and stay as they are. */
export function expectedRefusal(thrown: unknown): Refusal | undefined {
  if (thrown instanceof Refusal) return thrown
  const status = (thrown as { statusCode?: unknown } | undefined)?.statusCode
  return typeof status === 'number' && status >= 400 && status < 500
    ? new Refusal('bad-syntax', 'Malformed request')
    : undefined
}

/** The answer where the path is no service's; `undefined` stands for "no such route". */
export function plainFailure(thrown: unknown): HttpAnswer {
  if (thrown === undefined) return plainError(404, 'NotFound', 'Nothing is here')
  if (thrown instanceof Refusal) return plainError(400, 'BadRequest', thrown.message)
  return plainError(500, 'InternalServerError', 'Something went wrong here')
}

export const plainError = (status: number, code: string, message: string) => ({
  status,
  body: { error: { code, message } },
})
