import { hash } from 'node:crypto'
import { type Guid, guid, isGuid } from '../../../core/ids.ts'
import type { HttpRequest } from '../../../core/http.ts'

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
