import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { type EntraFailure, failureOf } from '../errors/failure.ts'
import { acts, field, form, type FormTarget, type Html, html, problemNote } from '../../../web/html.ts'
import { pageAnswer, textsFor } from './page.ts'
import type { Texts } from './texts/english.ts'

/** A page with a title and text. */
export const noticePage = (title: string, ...paragraphs: readonly string[]): { title: string; main: Html } => ({
  title,
  main: html`
    <h1>${title}</h1>
    ${paragraphs.map((text) => html`<p>${text}</p>`)}
  `,
})

/** For the user, and for the administrator who gets the details. The details are in English, as on the wire. */
export const failurePage = ({ error }: Texts, failure: EntraFailure, why: string): { title: string; main: Html } => ({
  title: error.title,
  main: html`
    <h1>${error.title}</h1>
    <p role="alert">${why}</p>
    <h2>${error.details}</h2>
    <dl>
      <dt>${error.message}</dt>
      <dd lang="en">AADSTS${failure.code}: ${failure.text}</dd>
      <dt>${error.requestId}</dt>
      <dd>${failure.trace}</dd>
      <dt>${error.correlationId}</dt>
      <dd>${failure.correlation}</dd>
      <dt>${error.timestamp}</dt>
      <dd>${failure.timestamp}</dd>
    </dl>
    <p><a href="/error?code=${failure.code}">${error.lookUp}</a></p>
  `,
})

/** The meaning of a code. `message` has placeholders for values of a request. */
export const codePage = (code: number, message: string): { title: string; main: Html } => ({
  title: `AADSTS${code}`,
  main: html`
    <h1>AADSTS${code}</h1>
    <p lang="en">${message}</p>
  `,
})

/** `frames`: the logout URLs of the apps (OpenID Connect Front-Channel Logout 1.0 §3). */
export const signedOutPage = (
  { signedOut, moving }: Texts,
  { frames, onward }: { readonly frames: readonly string[]; readonly onward: string | undefined },
): { title: string; main: Html } => ({
  title: signedOut.title,
  main: html`
    <h1>${signedOut.title}</h1>
    <p>${signedOut.text}</p>
    ${onward !== undefined && html`<p class="acts"><a class="button" href="${onward}">${moving.goOn}</a></p>`}
    ${frames.map((url) => html`<iframe hidden title="" src="${url}"></iframe>`)}
  `,
})

/** The page redirects by itself; the link is for browsers that do not. */
export const movingPage = ({ moving }: Texts, app: string, to: string): { title: string; main: Html } => ({
  title: moving.title,
  main: html`
    <h1>${moving.title}</h1>
    <p>${moving.text(app)}</p>
    <p class="acts"><a class="button" href="${to}">${moving.goOn}</a></p>
  `,
})

/** OAuth 2.0 Form Post Response Mode §2: the response as a form that posts to the app. */
export const formPostPage = (
  { moving }: Texts,
  app: string,
  to: string,
  parameters: Readonly<Record<string, string>>,
): { title: string; main: Html } => ({
  title: moving.title,
  main: html`
    <h1>${moving.title}</h1>
    <p>${moving.text(app)}</p>
    <form method="post" action="${to}">
      ${Object.entries(parameters).map(
        ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
      )}
      <p class="acts"><button>${moving.goOn}</button></p>
    </form>
  `,
})

const pages =
  /^\/(error|devicelogin|sign-in\/[^/]*|[^/]*\/(oauth2\/(v2\.0\/)?(authorize|logout|deviceauth|nativeclient)|(v2\.0\/)?adminconsent|own-passwords))\/?$/i

/** Returns true for the path of a page. */
export const isPage = (path: string): boolean => pages.test(path)

/** The page for a request that failed before it belonged to a sign-in. */
export function failedPage(world: World, thrown: unknown, request: HttpRequest): HttpAnswer {
  const texts = textsFor(request.query, request.headers['accept-language'])
  const failure = failureOf(world, thrown, request)
  const { path, from, log } = request
  if (thrown instanceof Refusal) log.info({ aadsts: failure.code, path, from }, 'A sign-in page showed an error')
  return pageAnswer(request, {
    ...failurePage(texts, failure, texts.error.text),
    texts,
    status: failure.status,
    ...(failure.status === 503 && { headers: { 'retry-after': '1' } }),
  })
}

export const ownPasswordsPage = (
  { ownPasswords }: Texts,
  page: {
    readonly address: string
    readonly until: number
    readonly protocols: readonly { readonly word: string; readonly name: string }[]
    readonly target: FormTarget
  },
): { title: string; main: Html } => ({
  title: ownPasswords.title,
  main: html`
    <h1>${ownPasswords.title}</h1>
    <p>${ownPasswords.text(page.address, page.until)}</p>
    ${form(
      page.target,
      acts(
        ...page.protocols.map(
          ({ word, name }) => html`<button name="protocol" value="${word}">${ownPasswords.enable(name)}</button>`,
        ),
      ),
    )}
  `,
})

export const codeEntryPage = (
  { device }: Texts,
  page: { readonly code: string; readonly problem: string | undefined; readonly target: FormTarget },
): { title: string; main: Html } => ({
  title: device.title,
  main: html`
    <h1>${device.title}</h1>
    <p>${device.text}</p>
    ${problemNote(page.problem)}
    ${form(page.target, [
      field({
        name: 'code',
        label: device.code,
        type: 'text',
        autocomplete: 'off',
        value: page.code,
        problem: page.problem,
        further: html`class="code" maxlength="20"`,
        focus: true,
      }),
      acts(html`<button>${device.next}</button>`),
    ])}
  `,
})

export const deviceConfirmPage = (
  { device }: Texts,
  page: { readonly app: string; readonly from: string; readonly target: FormTarget },
): { title: string; main: Html } => {
  const title = device.confirmTitle(page.app)
  return {
    title,
    main: html`
      <h1>${title}</h1>
      <p>${device.confirmText(page.app, page.from)}</p>
      ${form(
        page.target,
        acts(
          html`<button class="second" name="answer" value="cancel">${device.cancel}</button>`,
          html`<button name="answer" value="go-on">${device.goOn}</button>`,
        ),
      )}
    `,
  }
}
