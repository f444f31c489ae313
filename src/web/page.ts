import { createHash } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from '../core/http.ts'
import { noStore, securityHeaders } from './headers.ts'
import { Html, html } from './html.ts'

/** The content of a page, without the frame that all pages have. */
export interface Page {
  /** The language of the texts (RFC 5646). */
  readonly language: string
  readonly title: string
  readonly main: Html
  readonly status?: number
  /** The line above the content: the name of the organization, once it is known. */
  readonly context?: string | undefined
  /** URL schemes that its forms may lead to, in addition to this server. */
  readonly formSchemes?: readonly string[]
  /** The browser goes to this URL by itself after so many seconds. */
  readonly refresh?: { readonly to: string; readonly after: number }
  /** Origins of the pages that it shows in frames. */
  readonly frames?: readonly string[]
  /** The first form leads to another site. It is submitted without a click if the browser runs scripts. */
  readonly submitsForm?: true
  readonly headers?: Readonly<Record<string, string>>
}

/** The style sheet of every page. The page contains it, and the Content-Security-Policy has the hash of this text. */
export const look = `
:root{color-scheme:light dark;--page:#f3f4f6;--sheet:#fff;--ink:#1b1d21;--quiet:#545a66;--line:#868d9a;--act:#0b5cad;--on-act:#fff;--bad:#a4161a;--bad-page:#fdecec}
@media (prefers-color-scheme:dark){:root{--page:#14161a;--sheet:#1f2228;--ink:#eceef2;--quiet:#b3bac6;--line:#7b8494;--act:#8ec2ff;--on-act:#0a1a2b;--bad:#ffb3b0;--bad-page:#3a1c1e}}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Hiragino Sans","Noto Sans CJK JP","Noto Sans JP","Yu Gothic UI",Meiryo,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:1.5rem 1rem;background:var(--page);color:var(--ink)}
main{width:100%;max-width:27.5rem;padding:2rem;background:var(--sheet);border-radius:.75rem;box-shadow:0 .125rem .75rem rgb(0 0 0/.14)}
.context{margin:0 0 1.25rem;font-weight:600;color:var(--quiet);overflow-wrap:anywhere}
h1{margin:0 0 .25rem;font-size:1.5rem;line-height:1.3;overflow-wrap:anywhere}
h2{margin:1.25rem 0 .25rem;font-size:1rem}
p{margin:.5rem 0 1rem;overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
.bad{margin:1rem 0;padding:.625rem .875rem;border-left:.25rem solid var(--bad);background:var(--bad-page);color:var(--bad);border-radius:.25rem}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input:not([type=checkbox]){width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--sheet);border:1px solid var(--line);border-radius:.375rem}
input[readonly]{background:var(--page);border-color:transparent}
input[aria-invalid=true]{border-color:var(--bad)}
.code{font-size:1.375rem!important;letter-spacing:.125em;text-transform:uppercase}
.tick{display:flex;gap:.625rem;align-items:flex-start;font-weight:400}
.tick input{flex:none;width:1.25rem;height:1.25rem;margin:.125rem 0 0;accent-color:var(--act)}
.acts{display:flex;flex-wrap:wrap;gap:.75rem;justify-content:flex-end;margin-top:1.5rem}
button,.button{min-height:2.75rem;padding:.5rem 1.25rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer;color:var(--on-act);background:var(--act);border:1px solid var(--act);border-radius:.375rem}
button.second{color:var(--act);background:transparent}
button.account{display:block;width:100%;margin:.75rem 0 0;text-align:left;color:var(--ink);background:transparent;border-color:var(--line);overflow-wrap:anywhere}
button.account span{display:block;font-weight:400;color:var(--quiet)}
::placeholder{color:var(--quiet);opacity:1}
button.link{text-align:left;min-height:2.75rem;padding:.25rem 0;font-weight:400;color:var(--act);background:none;border:0;text-decoration:underline}
:focus-visible{outline:.1875rem solid var(--act);outline-offset:.125rem}
a{color:var(--act)}
ul{margin:.5rem 0;padding:0;list-style:none}
li{padding:.5rem 0;border-top:1px solid color-mix(in srgb,var(--line) 40%,transparent)}
summary{cursor:pointer;font-weight:600;overflow-wrap:anywhere}
summary i{font-weight:400;color:var(--quiet)}
p.quiet+ul{margin-top:0}
dl{margin:1rem 0;font-size:.9375rem}
dt{color:var(--quiet)}
dd{margin:0 0 .5rem;overflow-wrap:anywhere}
@media (max-width:30rem){body{justify-content:flex-start;padding:0;background:var(--sheet)}main{padding:1.5rem 1.25rem;border-radius:0;box-shadow:none}.acts button{flex:1}}
@media (forced-colors:active){main{border:1px solid}}
`

const SUBMIT_FORM = 'document.forms[0].submit()'
const hashed = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
// Built here, not in the template: the formatter adds white space there, which would change the hash.
const styleSheet = new Html(`<style>${look}</style>`)
const submitScript = new Html(`<script>${SUBMIT_FORM}</script>`)
const [lookHash, submitScriptHash] = [hashed(look), hashed(SUBMIT_FORM)]

/** Renders a page with the headers that protect it. */
export function pageAnswer(request: HttpRequest, page: Page): HttpAnswer {
  const { language, title, main, status = 200, context = 'Postern', refresh } = page
  const { markup } = html`<!doctype html>
    <html lang="${language}">
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
        ${page.submitsForm && submitScript}
      </body>
    </html> `
  return {
    status,
    headers: { ...securityHeaders(request), ...noStore, ...pageHeaders(page), ...page.headers },
    body: markup,
  }
}

const pageHeaders = (page: Page): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policyOf(page),
  // No other site may frame a page where people type passwords and press "Accept".
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
})

/**
 * The policy loads, frames and runs nothing else. Chromium applies `form-action` to every redirect that follows a
 * form's POST, redirects of other sites included. So a POST that leads to another site is answered with a page that
 * moves on (`refresh`), not with a redirect. A native app's own scheme ends such a chain, so it may be listed.
 */
function policyOf({ formSchemes = [], submitsForm, frames = [] }: Page): string {
  const directives = ["default-src 'none'", `style-src ${lookHash}`, "base-uri 'none'", "frame-ancestors 'none'"]
  // The page that posts to another site cannot list where that site redirects to.
  const further = submitsForm
    ? [`script-src ${submitScriptHash}`]
    : [`form-action ${["'self'", ...formSchemes].join(' ')}`]
  const framed = frames.length > 0 ? [`frame-src ${frames.join(' ')}`] : []
  return [...directives, ...framed, ...further].join('; ')
}
