/** A tag or comment that is longer than this is text. */
const LONGEST_TAG = 64 * 1024
/** Elements that do not separate words. */
const inline =
  /^\/?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|o:p|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr)(?![\w:-])/i
/** Elements with invisible content, and their end tags. */
const hiddenEnds = { style: /<\/style/gi, script: /<\/script/gi, title: /<\/title/gi }
type Hidden = keyof typeof hiddenEnds
const anyTag = /<(?=[a-z/!?]|$)/gi

/**
 * Extracts the visible text of HTML, piece by piece: without tags, comments and styles, entities as characters, runs of
 * blanks as one blank. It is for search, not for rendering.
 */
export class VisibleText {
  /** A tag that began in the last piece. */
  #rest = ''
  /** The name of the present hidden element. */
  #hiddenIn: Hidden | undefined
  #afterBlank = false

  write(piece: string): string {
    return this.#read(this.#rest + piece, false)
  }

  end(): string {
    return this.#read(this.#rest, true)
  }

  #read(html: string, last: boolean): string {
    const texts: string[] = []
    const show = (text: string) => {
      if (this.#hiddenIn === undefined) texts.push(text)
    }
    const tags = new Tags(html)
    this.#rest = ''
    for (let at = 0; at < html.length;) {
      const open = tags.next(at, this.#hiddenIn)
      show(html.slice(at, open < 0 ? html.length : open))
      if (open < 0) break
      const close = tags.after(open)
      if (close < 0) {
        if (last || html.length - open > LONGEST_TAG) show(html.slice(open))
        else this.#rest = html.slice(open)
        break
      }
      texts.push(this.#tag(html.slice(open + 1, Math.min(close, open + 40))))
      at = close
    }
    return this.#flow(texts.join(''))
  }

  #flow(text: string): string {
    const flowing = decodeEntities(text).replace(/\s+/g, ' ')
    const joined = this.#afterBlank && flowing.startsWith(' ') ? flowing.slice(1) : flowing
    if (flowing !== '') this.#afterBlank = flowing.endsWith(' ')
    return joined
  }

  /** The replacement of a tag: a blank, or nothing if the element may be inside a word. */
  #tag(tag: string): string {
    const name = /^[a-z][\w:-]*/i.exec(tag)?.[0].toLowerCase() ?? ''
    this.#hiddenIn = isHidden(name) ? name : undefined
    return inline.test(tag) || tag.startsWith('!--') ? '' : ' '
  }
}

const isHidden = (name: string): name is Hidden => Object.hasOwn(hiddenEnds, name)

/** Finds tags. Remembers searches without a result, so that the total time stays linear. */
class Tags {
  readonly #html: string
  #comments = true

  constructor(html: string) {
    this.#html = html
  }

  /** The position of the next tag, or -1. Inside a hidden element only its end tag counts. */
  next(from: number, hiddenIn: Hidden | undefined): number {
    const opening = hiddenIn === undefined ? anyTag : hiddenEnds[hiddenIn]
    opening.lastIndex = from
    return opening.exec(this.#html)?.index ?? -1
  }

  /** The position after the tag or comment that opens here, or -1. A comment without an end is read as a tag. */
  after(open: number): number {
    if (this.#comments && this.#html.startsWith('<!--', open)) {
      const end = this.#html.indexOf('-->', open + 4)
      if (end >= 0) return end + 3
      this.#comments = false
    }
    return this.#html.indexOf('>', open + 1) + 1 || -1
  }
}

const decodeEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,9}));?/gi, (whole, ten, sixteen, name) => {
        if (name !== undefined) return characterNamed(name as string) ?? whole
        return character(ten === undefined ? Number.parseInt(sixteen as string, 16) : Number(ten)) ?? whole
      })
    : text

const character = (code: number): string | undefined =>
  code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined

/** Names of U+00A0 to U+00FF, in order. */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para ' +
  'middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave ' +
  'Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc ' +
  'Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc ' +
  'iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'

const others = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  OElig: 'Œ',
  oelig: 'œ',
  Scaron: 'Š',
  scaron: 'š',
  Yuml: 'Ÿ',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  bull: '•',
  hellip: '…',
  lsaquo: '‹',
  rsaquo: '›',
  euro: '€',
  trade: '™',
  larr: '←',
  rarr: '→',
  minus: '−',
  zwnj: '\u200c',
  zwj: '\u200d',
  ensp: '\u2002',
  emsp: '\u2003',
  thinsp: '\u2009',
}

const named: ReadonlyMap<string, string> = new Map([
  ...Object.entries(others),
  ...latin.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
])

/** The character of an HTML entity; only the entities that occur in mail are supported. */
const characterNamed = (name: string): string | undefined => named.get(name)
