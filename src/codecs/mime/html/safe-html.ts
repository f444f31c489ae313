import sanitizeHtml from 'sanitize-html'
import { VisibleText } from '../html.ts'
import { escapeHtml } from './html-document.ts'

/** The time of the parser grows with the square of the depth. No real message has so deep elements. */
const DEEPEST = 1000
/** Each element costs several microseconds. */
const MOST_ELEMENTS = 50_000

/**
 * HTML without anything that runs or loads by itself: no scripts, event handlers, forms, frames, plug-ins, links to
 * style sheets, or style rules that run code. Elements that are removed keep their text, except scripts and the like.
 * HTML with too many or too deep elements becomes its text.
 */
export function safeHtml(html: string): string {
  let depth = 0
  let elements = 0
  const onOpenTag = (): void => {
    depth++
    elements++
    if (depth > DEEPEST || elements > MOST_ELEMENTS) throw new TooComplex()
  }
  const onCloseTag = (): void => {
    depth--
  }
  try {
    return sanitizeHtml(html, { ...options, onOpenTag, onCloseTag })
  } catch (thrown) {
    if (!(thrown instanceof TooComplex)) throw thrown
    const text = new VisibleText()
    return `<p>${escapeHtml(text.write(html) + text.end())}</p>`
  }
}

class TooComplex extends Error {}

const blocks =
  'address article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li ' +
  'main nav ol p pre section summary ul dir menu'
const texts =
  'a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd mark nobr q rp rt ruby s samp small ' +
  'span strike strong sub sup time tt u var wbr'
const tables = 'caption col colgroup table tbody td tfoot th thead tr'

const schemes = ['http', 'https', 'mailto', 'tel', 'sms', 'ftp', 'cid', 'sip', 'callto', 'webcal']

const options: sanitizeHtml.IOptions = {
  allowedTags: ['html', 'head', 'body', 'style', ...[blocks, texts, tables].join(' ').split(' ')],
  allowVulnerableTags: true,
  nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'template', 'noembed', 'noframes', 'xmp'],
  allowedAttributes: {
    '*': (
      'style class id dir lang title align valign bgcolor color width height border cellpadding cellspacing ' +
      'colspan rowspan nowrap noshade size face alt name type start value reversed rules frame summary scope headers span ' +
      'datetime cite background hspace vspace clear compact link vlink alink text role tabindex aria-label aria-hidden'
    ).split(' '),
    a: ['href', 'target', 'rel'],
    area: ['href'],
    img: ['src', 'data-imagetype', 'originalsrc'],
  },
  allowedSchemes: schemes,
  allowedSchemesByTag: { img: ['http', 'https', 'cid', 'data'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'cite', 'background', 'originalsrc'],
  allowProtocolRelative: true,
  parseStyleAttributes: false,
  enforceHtmlBoundary: false,
  nestingLimit: 200,
  transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: safeAttributes(attribs) }) },
  exclusiveFilter: ({ tag, text }) => tag === 'style' && !isSafeStyle(text),
}

function safeAttributes(attribs: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const { style } = attribs
  if (style === undefined || isSafeStyle(style)) return attribs
  const { style: _, ...others } = attribs
  return others
}

/** False for style rules that can run code, load a style sheet, or cover the page. */
function isSafeStyle(css: string): boolean {
  const plain = withoutComments(css)
    .replaceAll(/\\([0-9a-f]{1,6})\s?/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16) & 0xffff))
    .replaceAll('\\', '')
    .replaceAll(/[\0-\x20]+/g, '')
    // Old mail programs hide style rules in a comment.
    .replaceAll(/^<!--|-->$/g, '')
    .toLowerCase()
  return !unsafeStyle.test(plain)
}

function withoutComments(css: string): string {
  const pieces: string[] = []
  for (let at = 0; at < css.length;) {
    const open = css.indexOf('/*', at)
    const close = open < 0 ? -1 : css.indexOf('*/', open + 2)
    pieces.push(css.slice(at, close < 0 ? css.length : open))
    at = close < 0 ? css.length : close + 2
  }
  return pieces.join('')
}

const unsafeStyle =
  /expression\(|javascript:|vbscript:|-moz-binding|behavior:|@import|@charset|position:(?:fixed|absolute|sticky)|url\(['"]?(?!https?:|cid:|data:image\/(?:png|gif|jpe?g|webp))|</
