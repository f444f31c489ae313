import type { HttpAnswer } from '../../../core/http.ts'
import { commonHeaders, noStore } from '../headers.ts'
import { formPostPage, movingPage } from '../pages/notice-pages.ts'
import { ownSchemes } from './redirect.ts'
import { show, type PageRequest } from './page-request.ts'

export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** Where and how the app hears of the outcome. */
export interface ReplyAddress {
  readonly app: string
  readonly uri: string
  readonly mode: ResponseMode
  readonly state: string | undefined
}

type Parameters = Readonly<Record<string, string | undefined>>

/** Tells the app (RFC 6749 §4.1.2, OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode). */
export function reply(visit: PageRequest, to: ReplyAddress, parameters: Parameters): HttpAnswer {
  const given = Object.entries({ ...parameters, state: to.state }).filter(
    (it): it is [string, string] => it[1] !== undefined,
  )
  if (to.mode === 'form_post') {
    return show(visit, { ...formPostPage(visit.texts, to.app, to.uri, Object.fromEntries(given)), handsOver: true })
  }
  const text = new URLSearchParams(given).toString()
  if (to.mode === 'fragment') return sendTo(visit, to.app, `${to.uri}#${text}`)
  // RFC 6749 §3.1.2: a query that the URI has already stays.
  return sendTo(visit, to.app, `${to.uri}${to.uri.includes('?') ? '&' : '?'}${text}`)
}

/** The browser goes on to somewhere that is registered. */
function sendTo(visit: PageRequest, app: string, uri: string): HttpAnswer {
  if (visit.http.method === 'POST' && ownSchemes({ uri }).length === 0) {
    return show(visit, { ...movingPage(visit.texts, app, uri), refresh: { to: uri, after: 0 } })
  }
  const headers = { ...commonHeaders(visit.http), ...noStore, 'referrer-policy': 'no-referrer', location: uri }
  return { status: 302, headers }
}
