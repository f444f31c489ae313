import type { HttpRequest } from '../../core/http.ts'

/** contract/exchange-admin §9.2: what every answer carries. */
export const responseHeaders = (request: HttpRequest): Record<string, string> => ({
  'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  'odata-version': '4.0',
  'request-id': request.id,
  'cache-control': 'no-store',
  'x-exchangeversion': '15.20',
})
