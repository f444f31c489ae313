import { createHash } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { commonHeaders, noStore } from '../headers.ts'
import { Html, html } from './html.ts'
import { english, type Texts } from './texts/english.ts'
import { japanese } from './texts/japanese.ts'

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

/** How every page looks. It stands in the page, so the hash in the Content-Security-Policy is that of this very text. */
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

const languages: readonly [Texts, ...Texts[]] = [english, japanese]

/** Most that is looked at of what a browser says about languages. */
const LONGEST_LIST = 500

/**
 * The texts for whoever asks: the parameters come first (`ui_locales` of OpenID Connect Core 1.0 §3.1.2.1, `mkt` as
 * Entra has it), then what the browser says of its person; English where none of it is spoken here.
 */
export function textsFor(asked: URLSearchParams, acceptLanguage: string | undefined): Texts {
  const named = [...(asked.get('ui_locales')?.split(' ') ?? []), asked.get('mkt') ?? '']
  const wanted = [...named.map((tag) => ({ tag, weight: 2 })), ...weighed(acceptLanguage ?? '')]
  const spoken = wanted.map(({ tag }) => languageOf(tag)).find((it) => it !== undefined)
  return spoken ?? languages[0]
}

/** RFC 4647 §3.4: `ja-JP` is served with `ja`. */
const languageOf = (tag: string): Texts | undefined =>
  languages.find((it) => it.tag === tag.split('-', 1)[0]?.toLowerCase())

/** RFC 9110 §12.5.4, the most wanted first. */
const weighed = (list: string) =>
  list
    .slice(0, LONGEST_LIST)
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.split(';').map((it) => it.trim())
      const quality = parameters.find((it) => it.startsWith('q='))?.slice(2) ?? '1'
      return { tag, weight: Number(quality) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight)
