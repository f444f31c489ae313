import { compile, type HtmlToTextOptions } from 'html-to-text'
import { safeHtml } from './safe-html.ts'

/** The text of an HTML document for reading, with its paragraphs and the addresses of its links. */
export const textOfHtml = (html: string): string => convert(safeHtml(html)).replaceAll(/\r?\n/g, '\r\n')

const plainHeading = { options: { uppercase: false } }

const options: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxInputLength: 8 * 1024 * 1024, maxDepth: 100, maxChildNodes: 50_000, ellipsis: '' },
  formatters: {
    image: (element, _walk, builder) => {
      const { alt, src } = element.attribs as Readonly<Record<string, string | undefined>>
      const shown = alt || (src?.startsWith('cid:') ? src : '')
      if (shown) builder.addInline(`[${shown}]`)
    },
  },
  selectors: [
    { selector: 'a', options: { linkBrackets: ['<', '>'], hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'image' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, ...plainHeading })),
    ...['head', 'script', 'style', 'title'].map((selector) => ({ selector, format: 'skip' })),
  ],
}

const convert = compile(options)
