import { acts, form, type FormTarget } from './form.ts'
import { type Html, html } from './html.ts'
import type { Texts } from './texts/english.ts'

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
