import type { Failure } from '../errors/failure.ts'
import { type Html, html } from './html.ts'
import type { Texts } from './texts/english.ts'

/** A page that says one thing. */
export const noticePage = (title: string, ...paragraphs: readonly string[]): { title: string; main: Html } => ({
  title,
  main: html`
    <h1>${title}</h1>
    ${paragraphs.map((text) => html`<p>${text}</p>`)}
  `,
})

/** For the person, and for the administrator to whom the details are shown. They are in English, as on the wire. */
export const failurePage = ({ error }: Texts, failure: Failure, why: string): { title: string; main: Html } => ({
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

/** What a code means. `message` has places for what a request would fill in. */
export const codePage = (code: number, message: string): { title: string; main: Html } => ({
  title: `AADSTS${code}`,
  main: html`
    <h1>AADSTS${code}</h1>
    <p lang="en">${message}</p>
  `,
})

/** `frames`: where apps hear of it (OpenID Connect Front-Channel Logout 1.0 §3). */
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

/** Moves on by itself; the link is for browsers that do not. */
export const movingPage = ({ moving }: Texts, app: string, to: string): { title: string; main: Html } => ({
  title: moving.title,
  main: html`
    <h1>${moving.title}</h1>
    <p>${moving.text(app)}</p>
    <p class="acts"><a class="button" href="${to}">${moving.goOn}</a></p>
  `,
})

/** OAuth 2.0 Form Post Response Mode §2: the answer as a form that leads to the app. */
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
