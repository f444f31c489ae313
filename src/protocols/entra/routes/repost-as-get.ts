import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { deny } from '../errors/errors.ts'
import { commonHeaders, noStore } from '../headers.ts'
import { LONGEST_QUERY } from '../people/page-flow.ts'

/**
 * A form that another site posts comes without our cookies. So the browser is sent to ask once more, with GET, and what
 * it then asks for by itself comes with them. `path` is what follows the tenant.
 */
export function repostAsGet({ body, params, ...http }: HttpRequest, path: string): HttpAnswer {
  const query = new URLSearchParams(Buffer.from(body).toString()).toString()
  if (query.length > LONGEST_QUERY) deny(9002313)
  const location = `/${encodeURIComponent(params.tenant ?? '')}${path}?${query}`
  return { status: 303, headers: { ...commonHeaders({ body, params, ...http }), ...noStore, location } }
}
