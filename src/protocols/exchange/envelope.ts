import { HOUR, isoDateTime } from '../../core/time.ts'
import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import type { World } from '../../core/world.ts'
import { preferredSize } from './paging.ts'

/** The hourly limit that the real service reports. Postern does not enforce it. */
const ALLOWANCE = '30000'

/** docs/reference/exchange-admin.md §9.2. */
export function envelope(
  request: HttpRequest,
  world: World,
  { value, warnings = [], next }: { value: readonly object[]; warnings?: readonly string[]; next?: string | undefined },
): HttpAnswer {
  const page = preferredSize(request)
  return {
    status: 200,
    headers: {
      ...responseHeaders(request),
      'rate-limit-limit': ALLOWANCE,
      'rate-limit-remaining': ALLOWANCE,
      'rate-limit-reset': isoDateTime(world.now() + HOUR),
      ...(page === undefined ? {} : { 'preference-applied': `odata.maxpagesize=${page}` }),
    },
    body: {
      '@odata.context': `${request.base}${request.path.replace(/\/[^/]*$/, '')}/$metadata#Collection(Exchange.GenericHashTable)`,
      'adminapi.warnings@odata.type': '#Collection(String)',
      '@adminapi.warnings': warnings,
      value,
      ...(next === undefined ? {} : { '@odata.nextLink': next }),
    },
  }
}

/** docs/reference/exchange-admin.md §9.2: what every answer carries. */
export const responseHeaders = (request: HttpRequest): Record<string, string> => ({
  'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  'odata-version': '4.0',
  'request-id': request.id,
  'cache-control': 'no-store',
  'x-exchangeversion': '15.20',
})
