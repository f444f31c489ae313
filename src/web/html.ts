import { FORM_STATE } from './form-state.ts'

/** Markup that goes into a page without escaping. Only the `html` template makes it. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

/** The values of a template: text is escaped, markup is kept, lists are joined, `undefined` and `false` add nothing. */
type Content = string | number | Html | false | undefined | readonly Content[]

/**
 * Makes markup. Values are escaped so that they are text between tags and in quoted attributes. Templates always quote
 * attributes, and put no value into a script or a style sheet.
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

/** HTML cannot express NUL and lone surrogates: they become U+FFFD, as a browser would read them. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\0', '\ufffd')
    .replace(/[&<>"'`]/g, (character) => entities[character]!)

/** The URL that a form posts to, and its signed state (form-state.ts). */
export interface FormTarget {
  readonly action: string
  readonly state: string
}

export const form = ({ action, state }: FormTarget, content: Content): Html =>
  html`<form method="post" action="${action}">
    <input type="hidden" name="${FORM_STATE}" value="${state}" />
    ${content}
  </form>`

interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password' | 'text'
  /** The HTML standard's `autocomplete` value, for browsers and password managers. */
  readonly autocomplete: string
  readonly value?: string
  readonly placeholder?: string
  /** The error in the value that was sent before. */
  readonly problem?: string | undefined
  readonly further?: Html
  readonly focus?: true
}

/** A field with its label. Screen readers read the problem with it. */
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

/** The problem with a form. Screen readers read it as soon as the page is shown. */
export const problemNote = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="bad" id="problem" role="alert">${text}</p>`

/** The row of buttons at the end of a form; the last one continues. */
export const acts = (...buttons: readonly Content[]): Html => html`<div class="acts">${buttons}</div>`
