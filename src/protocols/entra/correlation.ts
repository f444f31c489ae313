import { isGuid } from '../../core/ids.ts'
import type { HttpRequest } from '../../core/http.ts'

/**
 * The caller's own name for what it is doing: MSAL Python sends `client-request-id` as a header, MSAL Node in the form.
 * Undefined unless it is a GUID, as nothing else is echoed.
 */
export function correlationOf(request: HttpRequest): string | undefined {
  const given = [request.headers['client-request-id'], request.query.get('client-request-id'), inForm(request)]
  return given.find((it): it is string => typeof it === 'string' && isGuid(it))
}

const inForm = ({ body }: HttpRequest): string | undefined =>
  /(?:^|&)client-request-id=([0-9a-f-]{36})(?:&|$)/i.exec(Buffer.from(body).toString('latin1'))?.[1]
