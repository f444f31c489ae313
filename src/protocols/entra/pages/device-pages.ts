import { acts, field, form, type FormTarget, problemNote } from './form.ts'
import { type Html, html } from './html.ts'
import type { Texts } from './texts/english.ts'

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
