/** Markup that may stand in a page as it is. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

/** What may stand in a template: text is escaped, markup stays, lists are put together, `undefined` and `false` say nothing. */
export type Content = string | number | Html | false | undefined | readonly Content[]

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
