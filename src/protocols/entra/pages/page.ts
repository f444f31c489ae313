import { createHash } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { commonHeaders, noStore } from '../headers.ts'
import { Html, html } from './html.ts'
import { look } from './look.ts'
import type { Texts } from './texts/english.ts'

/** A page, before it is one. */
export interface Page {
  readonly texts: Texts
  readonly title: string
  readonly main: Html
  readonly status?: number
  /** In whose name it speaks: a tenant's, once that is known. */
  readonly context?: string | undefined
  /** Schemes that its forms may lead to, beside this server. */
  readonly formSchemes?: readonly string[]
  /** Where the browser goes by itself, after so many seconds. */
  readonly refresh?: { readonly to: string; readonly after: number }
  /** Origins of what it frames. */
  readonly frames?: readonly string[]
  /** The one page that posts somewhere else, and does so by itself where scripts run. */
  readonly handsOver?: true
  readonly headers?: Readonly<Record<string, string>>
}

const HAND_OVER = 'document.forms[0].submit()'
const hashed = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
// Made whole here, as a blank more would be another hash.
const styleSheet = new Html(`<style>${look}</style>`)
const handOver = new Html(`<script>${HAND_OVER}</script>`)
const [lookHash, handOverHash] = [hashed(look), hashed(HAND_OVER)]

export function pageAnswer(request: HttpRequest, page: Page): HttpAnswer {
  const { texts, title, main, status = 200, context = 'Postern', refresh } = page
  const { markup } = html`<!doctype html>
    <html lang="${texts.tag}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refresh && html`<meta http-equiv="refresh" content="${refresh.after};url=${refresh.to}" />`}
        <title>${title}</title>
        ${styleSheet}
      </head>
      <body>
        <main>
          <p class="context">${context}</p>
          ${main}
        </main>
        ${page.handsOver && handOver}
      </body>
    </html> `
  return {
    status,
    headers: { ...commonHeaders(request), ...noStore, ...pageHeaders(page), ...page.headers },
    body: markup,
  }
}

const pageHeaders = (page: Page): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policyOf(page),
  // Nobody else may show a page where people type passwords and press "accept".
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
})

/**
 * Nothing is loaded, framed or run. Chromium holds `form-action` against every redirect that follows a form's POST, those
 * of the app included: so an answer to a POST that goes to a web address is a page that moves on (`refresh`) and no
 * redirect, and forms lead to this server alone. An app's own scheme is where such a chain ends, so it may stand here.
 */
function policyOf({ formSchemes = [], handsOver, frames = [] }: Page): string {
  const directives = ["default-src 'none'", `style-src ${lookHash}`, "base-uri 'none'", "frame-ancestors 'none'"]
  // The page that posts to the app cannot say where the app redirects to.
  const further = handsOver ? [`script-src ${handOverHash}`] : [`form-action ${["'self'", ...formSchemes].join(' ')}`]
  const framed = frames.length > 0 ? [`frame-src ${frames.join(' ')}`] : []
  return [...directives, ...framed, ...further].join('; ')
}
