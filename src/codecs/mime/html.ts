import { characterNamed } from './html-entities.ts'

/** A tag or comment that is not over after so many characters is text. */
const LONGEST_TAG = 64 * 1024
/** Elements that do not part the words beside them. */
const inline =
  /^\/?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|o:p|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr)(?![\w:-])/i
/** Elements whose content is not shown, and how they end. */
const hiddenEnds = { style: /<\/style/gi, script: /<\/script/gi, title: /<\/title/gi }
type Hidden = keyof typeof hiddenEnds
const anyTag = /<(?=[a-z/!?]|$)/gi

/**
 * The text that a reader of HTML sees, piece by piece: without tags, comments and styles, entities as characters, runs
 * of blanks as one blank. A search aid, not a renderer.
 */
export class VisibleText {
  /** A tag that the last piece began. */
  #rest = ''
  /** The name of the hidden element that we are inside of. */
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

  /** What a tag leaves behind: a blank, unless it may stand inside a word. */
  #tag(tag: string): string {
    const name = /^[a-z][\w:-]*/i.exec(tag)?.[0].toLowerCase() ?? ''
    this.#hiddenIn = isHidden(name) ? name : undefined
    return inline.test(tag) || tag.startsWith('!--') ? '' : ' '
  }
}

const isHidden = (name: string): name is Hidden => Object.hasOwn(hiddenEnds, name)

/** Finds tags, and asks no question twice whose answer is "nowhere". */
class Tags {
  readonly #html: string
  #comments = true

  constructor(html: string) {
    this.#html = html
  }

  /** Where the next tag opens, or -1. Inside a hidden element only its end is one. */
  next(from: number, hiddenIn: Hidden | undefined): number {
    const opening = hiddenIn === undefined ? anyTag : hiddenEnds[hiddenIn]
    opening.lastIndex = from
    return opening.exec(this.#html)?.index ?? -1
  }

  /** After the tag or comment that opens here, or -1. A comment without end is a tag. */
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
