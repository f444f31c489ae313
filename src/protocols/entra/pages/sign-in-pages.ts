import { acts, field, form, type FormTarget, type Html, html, problemNote } from '../../../web/html.ts'
import type { Texts } from './texts/english.ts'

interface Made {
  readonly title: string
  readonly main: Html
}

/** The content of the pages that ask for the user name and the password. */
interface SigningIn {
  /** The app's name. */
  readonly app: string
  readonly userName: string
  readonly problem: string | undefined
  readonly target: FormTarget
}

export const userNamePage = (texts: Texts, { app, userName, problem, target }: SigningIn): Made => {
  const { signIn } = texts
  return {
    title: signIn.title,
    main: html`
      <h1>${signIn.title}</h1>
      <p class="quiet">${signIn.toGoOnTo(app)}</p>
      ${problemNote(problem)}
      ${form(target, [
        field({
          name: 'userName',
          label: signIn.userName,
          // Not `email`: the browser would validate it with messages in its own language.
          type: 'text',
          autocomplete: 'username',
          value: userName,
          placeholder: signIn.userNameForm,
          problem,
          further: html`inputmode="email"`,
          focus: true,
        }),
        acts(html`<button>${signIn.next}</button>`),
      ])}
    `,
  }
}

export const passwordPage = (texts: Texts, page: SigningIn & { readonly other: FormTarget }): Made => {
  const { password, signIn } = texts
  return {
    title: password.title,
    main: html`
      <h1>${password.title}</h1>
      <p class="quiet">${signIn.toGoOnTo(page.app)}</p>
      ${problemNote(page.problem)}
      ${form(page.target, [
        account(texts, page.userName),
        field({
          name: 'password',
          label: password.password,
          type: 'password',
          autocomplete: 'current-password',
          problem: page.problem,
          focus: true,
        }),
        acts(html`<button>${password.signIn}</button>`),
      ])}
      ${otherAccount(texts, page.other)}
    `,
  }
}

export const newPasswordPage = (texts: Texts, page: SigningIn): Made => {
  const { newPassword } = texts
  return {
    title: newPassword.title,
    main: html`
      <h1>${newPassword.title}</h1>
      <p>${newPassword.why}</p>
      ${problemNote(page.problem)}
      ${form(page.target, [
        account(texts, page.userName),
        field({
          name: 'password',
          label: newPassword.current,
          type: 'password',
          autocomplete: 'current-password',
          focus: true,
        }),
        field({
          name: 'newPassword',
          label: newPassword.chosen,
          type: 'password',
          autocomplete: 'new-password',
          problem: page.problem,
        }),
        field({ name: 'again', label: newPassword.again, type: 'password', autocomplete: 'new-password' }),
        acts(html`<button>${newPassword.change}</button>`),
      ])}
    `,
  }
}

export const accountsPage = (
  texts: Texts,
  page: { readonly app: string; readonly displayName: string; readonly userName: string; readonly target: FormTarget },
): Made => {
  const { accounts, signIn } = texts
  return {
    title: accounts.title,
    main: html`
      <h1>${accounts.title}</h1>
      <p class="quiet">${signIn.toGoOnTo(page.app)}</p>
      ${form(
        page.target,
        html`
          <button class="account" name="account" value="current">
            ${page.displayName}<span>${page.userName} · ${accounts.signedIn}</span>
          </button>
          <button class="account" name="account" value="other">${accounts.other}</button>
        `,
      )}
    `,
  }
}

/** Shows the user name as read-only. Password managers store the password under it. */
const account = ({ password }: Texts, userName: string): Html =>
  field({
    name: 'userName',
    label: password.account,
    type: 'text',
    autocomplete: 'username',
    value: userName,
    further: html`readonly tabindex="-1"`,
  })

const otherAccount = ({ password }: Texts, target: FormTarget): Html =>
  form(target, html`<button class="link" name="account" value="other">${password.otherAccount}</button>`)
