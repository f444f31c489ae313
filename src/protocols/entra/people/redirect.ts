import type { HttpAnswer } from '../../../core/http.ts'
import type { App, RedirectUris } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { noStore } from '../../../web/headers.ts'
import { commonHeaders } from '../headers.ts'
import { formPostPage, movingPage } from '../pages/notice-pages.ts'
import { type BrowserRequest, showPage } from './browser-request.ts'

/** The redirect URI of a response, and the kind of client that it belongs to. */
export interface Redirect {
  readonly uri: string
  readonly kind: keyof RedirectUris
}

/**
 * Refuses an unregistered redirect URI. The error is shown on a page: a response sent there would be an open redirect.
 */
export function registeredRedirect({ redirectUris, appId }: App, uri: string): Redirect {
  const kind = kindOf(redirectUris, uri)
  if (kind !== undefined) return { uri, kind }
  return Object.values(redirectUris).every((uris) => uris.length === 0) ? deny(500113) : deny(50011, uri, appId)
}

export const isRegistered = ({ redirectUris }: App, uri: string): boolean => kindOf(redirectUris, uri) !== undefined

function kindOf({ spa, web, publicClient }: RedirectUris, uri: string): Redirect['kind'] | undefined {
  if (spa.includes(uri)) return 'spa'
  if (web.includes(uri)) return 'web'
  return publicClient.some((it) => it === uri || sameLoopback(it, uri)) ? 'publicClient' : undefined
}

/**
 * RFC 8252 §7.3: a native app listens on any free port; docs/reference/identity.md §7.1: on localhost, any port
 * matches.
 */
function sameLoopback(registered: string, uri: string): boolean {
  const requested = withoutPort(registered)
  return requested !== undefined && requested === withoutPort(uri)
}

/** Removes the port. It must be followed by a path or by the end: otherwise it may be part of a user name. */
function withoutPort(uri: string): string | undefined {
  const parts = /^http:\/\/(localhost|127\.0\.0\.1)(?::\d{1,5})?(\/[\u0021-\u007e]*)?$/.exec(uri)
  if (!parts || uri.includes('#') || !URL.canParse(uri)) return undefined
  const [, host, path = '/'] = parts
  return `${host}${path}`
}

/** Returns the scheme if it is not of the web: such a redirect ends at an app on the same machine. */
export function ownSchemes({ uri }: Pick<Redirect, 'uri'>): readonly string[] {
  const { protocol } = new URL(uri)
  return protocol === 'https:' || protocol === 'http:' ? [] : [protocol]
}

export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** The address and mode of the response to the app. */
export interface ReplyAddress {
  readonly app: string
  readonly uri: string
  readonly mode: ResponseMode
  readonly state: string | undefined
}

type Parameters = Readonly<Record<string, string | undefined>>

/**
 * Sends the response to the app (RFC 6749 §4.1.2, OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response
 * Mode).
 */
export function reply(request: BrowserRequest, to: ReplyAddress, parameters: Parameters): HttpAnswer {
  const given = Object.entries({ ...parameters, state: to.state }).filter(
    (it): it is [string, string] => it[1] !== undefined,
  )
  if (to.mode === 'form_post') {
    return showPage(request, {
      ...formPostPage(request.texts, to.app, to.uri, Object.fromEntries(given)),
      submitsForm: true,
    })
  }
  const text = new URLSearchParams(given).toString()
  if (to.mode === 'fragment') return sendTo(request, to.app, `${to.uri}#${text}`)
  // RFC 6749 §3.1.2: an existing query stays.
  return sendTo(request, to.app, `${to.uri}${to.uri.includes('?') ? '&' : '?'}${text}`)
}

/** Sends the browser to a registered URI. */
function sendTo(request: BrowserRequest, app: string, uri: string): HttpAnswer {
  if (request.http.method === 'POST' && ownSchemes({ uri }).length === 0) {
    return showPage(request, { ...movingPage(request.texts, app, uri), refresh: { to: uri, after: 0 } })
  }
  const headers = { ...commonHeaders(request.http), ...noStore, 'referrer-policy': 'no-referrer', location: uri }
  return { status: 302, headers }
}
