/** Markup that may stand in a page as it is. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

/** What may stand in a template: text is escaped, markup stays, lists are put together, `undefined` and `false` say nothing. */
type Content = string | number | Html | false | undefined | readonly Content[]

/**
 * The only way to make markup. Everything that is put in is escaped so that it is text wherever it stands: between tags
 * or in a quoted attribute. Attributes are always quoted, and no value stands in a script or a style sheet.
 */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  new Html(parts.map((part, index) => part + (index < contents.length ? markupOf(contents[index]) : '')).join(''))

function markupOf(content: Content): string {
  if (content === undefined || content === false) return ''
  if (content instanceof Html) return content.markup
  if (typeof content === 'object') return content.map(markupOf).join('')
  return escaped(String(content))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

/** HTML has no spelling for a NUL or a lone surrogate, so they go out as U+FFFD, as a browser would read them. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\0', '\ufffd')
    .replace(/[&<>"'`]/g, (character) => entities[character]!)

/** Where a form leads, and what stands between its page and the next. */
export interface FormTarget {
  readonly action: string
  readonly sealed: string
}

export const form = ({ action, sealed }: FormTarget, content: Content): Html =>
  html`<form method="post" action="${action}">
    <input type="hidden" name="sealed" value="${sealed}" />
    ${content}
  </form>`

interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password' | 'text'
  /** The HTML standard's names for what browsers and password managers fill in. */
  readonly autocomplete: string
  readonly value?: string
  readonly placeholder?: string
  /** Why what was typed before cannot be taken. */
  readonly problem?: string | undefined
  readonly further?: Html
  readonly focus?: true
}

/** A labelled field; what is wrong with it is read out with it. */
export const field = ({ name, label, type, autocomplete, problem, ...field }: Field): Html => html`
  <label for="${name}">${label}</label>
  <input
    id="${name}"
    name="${name}"
    type="${type}"
    autocomplete="${autocomplete}"
    autocapitalize="none"
    spellcheck="false"
    ${field.value !== undefined && html`value="${field.value}"`}
    ${field.placeholder !== undefined && html`placeholder="${field.placeholder}"`}
    ${problem !== undefined && html`aria-invalid="true" aria-describedby="problem"`}
    ${field.focus && html`autofocus`}
    ${field.further}
  />
`

/** What went wrong, read out as soon as the page is there. */
export const problemNote = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="bad" id="problem" role="alert">${text}</p>`

/** The one button, or the last of several, that goes on. */
export const acts = (...buttons: readonly Content[]): Html => html`<div class="acts">${buttons}</div>`
