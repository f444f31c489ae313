import { acts, form, type FormTarget, type Html, html } from '../../../web/html.ts'
import type { Texts } from './texts/english.ts'

/** A permission as the consent page shows it. */
export interface RequestedPermission {
  /** The value in tokens. */
  readonly value: string
  readonly name: string
  readonly meaning: string
  readonly resource: string
  /** True if only an administrator can grant it. */
  readonly administrators: boolean
}

export interface ConsentRequest {
  readonly app: { readonly name: string; readonly id: string }
  readonly publisher: { readonly name: string; readonly own: boolean }
  readonly account: string
  /** The delegated permissions (`scopes`) and the application permissions (`roles`). */
  readonly scopes: readonly RequestedPermission[]
  readonly roles: readonly RequestedPermission[]
  /** `offered`: an administrator may consent for all users; `always`: the consent is for all users. */
  readonly forAll: 'no' | 'offered' | 'always'
  readonly target: FormTarget
}

export function consentPage(texts: Texts, requested: ConsentRequest): { title: string; main: Html } {
  const { consent } = texts
  const { app, publisher, scopes, roles, forAll } = requested
  const always = forAll === 'always'
  const title = always ? consent.titleForAll : consent.title
  return {
    title,
    main: html`
      <h1>${title}</h1>
      <dl>
        <dt>${consent.app}</dt>
        <dd><b>${app.name}</b></dd>
        <dt>${consent.appId}</dt>
        <dd>${app.id}</dd>
        <dt>${consent.publisher}</dt>
        <dd>${publisher.own ? consent.ownOrganization(publisher.name) : consent.outside(publisher.name)}</dd>
        <dt>${consent.account}</dt>
        <dd>${requested.account}</dd>
      </dl>
      <p>${always ? consent.wantsToForAll : consent.wantsTo}</p>
      ${roles.length > 0 && html`<h2>${consent.itself}</h2>`} ${list(texts, roles)}
      ${roles.length > 0 && scopes.length > 0 && html`<h2>${consent.forPeople}</h2>`} ${list(texts, scopes)}
      <p>${always ? consent.meaningForAll : consent.meaning}</p>
      ${form(requested.target, [
        forAll === 'offered' &&
          html`<label class="tick">
            <input type="checkbox" name="forAll" value="yes" />
            <span>${consent.forAll}</span>
          </label>`,
        acts(
          html`<button class="second" name="answer" value="cancel">${consent.cancel}</button>`,
          html`<button name="answer" value="accept">${consent.accept}</button>`,
        ),
      ])}
    `,
  }
}

/** Lists permissions by resource. The explanation of each opens with a click; one without a name is open. */
const list = ({ consent }: Texts, expected: readonly RequestedPermission[]): Html[] =>
  [...Map.groupBy(expected, ({ resource }) => resource)].map(
    ([resource, permissions]) => html`
      <p class="quiet">${consent.on(resource)}</p>
      <ul>
        ${permissions.map(
          (it) =>
            html`<li>
              <details ${it.name === it.value && html`open`}>
                <summary>${it.name}${it.administrators && html` <i>${consent.administrator}</i>`}</summary>
                ${it.meaning}
              </details>
            </li>`,
        )}
      </ul>
    `,
  )

/** Shown to a user who cannot grant the permissions. `otherAccount` signs in as another user. */
export function approvalPage(
  { approval }: Texts,
  page: { readonly app: string; readonly otherAccount: string; readonly target: FormTarget },
): { title: string; main: Html } {
  return {
    title: approval.title,
    main: html`
      <h1>${approval.title}</h1>
      <p>${approval.text(page.app)}</p>
      <p>${approval.ask}</p>
      <p><a href="${page.otherAccount}">${approval.otherAccount}</a></p>
      ${form(page.target, html`<button class="link" name="answer" value="cancel">${approval.back}</button>`)}
    `,
  }
}
