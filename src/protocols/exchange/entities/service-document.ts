import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { commandsOf } from '../authorization.ts'
import type { Administrator } from '../../../access/admin/decide.ts'
import { entitySets } from './entity-sets.ts'
import { responseHeaders } from '../envelope.ts'
import type { ExchangeDeps } from '../invoke-command.ts'
import { trimEndOf } from '../../../core/command-line.ts'

/**
 * docs/reference/exchange-admin.md §9.5: `GET …/adminapi/beta/{tenant}/`, the entity sets that this caller may read.
 */
export async function serviceDocument(
  _: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  const may = commandsOf(caller)
  const value = entitySets
    .filter(({ command }) => may.includes(command))
    .map(({ name }) => ({ name, kind: 'EntitySet', url: name }))
  return {
    status: 200,
    headers: responseHeaders(request),
    body: { '@odata.context': `${request.base}${trimEndOf(request.path, '/')}/$metadata`, value },
  }
}
