import iconv from 'iconv-lite'
import { Random } from './random.ts'
import { frequent, vocabulary } from './vocabulary.ts'

/** A way to put text into a part: its charset, its transfer encoding, and text enough to cut from. */
export interface Writing {
  readonly charset: string
  readonly encoding: string
  /** Whole lines, `octets` of them or a little more. */
  text(random: Random, octets: number): Buffer
  /** A line of our own, as this part has to have it. */
  line(text: string): Buffer
}

const POOL = 200_000

/** How often each is used in a text part. */
export const writings: readonly { readonly share: number; readonly writing: Writing }[] = [
  { share: 0.4, writing: written('us-ascii', '7bit', vocabulary.plain) },
  { share: 0.2, writing: written('utf-8', '8bit', vocabulary.mixed) },
  { share: 0.18, writing: written('utf-8', 'quoted-printable', vocabulary.mixed) },
  { share: 0.12, writing: written('iso-8859-1', 'quoted-printable', vocabulary.western) },
  { share: 0.05, writing: written('koi8-r', '8bit', vocabulary.russian) },
  { share: 0.05, writing: written('shift_jis', 'base64', vocabulary.japanese) },
]

/** The charset and the encoding of HTML messages. */
export const htmlWriting: Writing = written('utf-8', 'quoted-printable', vocabulary.mixed)

function written(charset: string, encoding: string, words: readonly string[]): Writing {
  const encoded = (text: string) => iconv.encode(text, charset)
  const transferred = (bytes: Buffer) => (encoding === 'quoted-printable' ? quotedPrintable(bytes) : bytes)
  let pool: Pool | undefined
  const cut = (random: Random, octets: number) => {
    pool ??= new Pool(transferred(encoded(prose(words))))
    return pool.cut(random, octets)
  }
  if (encoding !== 'base64')
    return { charset, encoding, text: cut, line: (text) => transferred(encoded(`${text}\r\n`)) }
  return {
    charset,
    encoding,
    text: (random, octets) => base64Lines(cut(random, octets * 0.73)),
    // A multiple of three octets, so that it can stand in front of what `text` gives.
    line: (text) => base64Lines(encoded(`${text}\r\n`.padStart(Math.ceil((text.length + 2) / 57) * 57))),
  }
}

function prose(words: readonly string[]): string {
  const random = new Random(words.length)
  const lines: string[] = []
  for (let length = 0; length < POOL;) {
    let line = random.chance(0.1) ? '> ' : ''
    while (line.length < 60) line += `${frequent(random, words)} `
    lines.push(line.trimEnd(), ...(random.chance(0.12) ? [''] : []))
    length += line.length
  }
  return `${lines.join('\r\n')}\r\n`
}

/** RFC 2045 §6.7, for text whose lines end in CRLF. */
function quotedPrintable(bytes: Buffer): Buffer {
  const out: string[] = []
  let width = 0
  for (const octet of bytes) {
    if (octet === 10 || octet === 13) {
      width = 0
      out.push(String.fromCharCode(octet))
      continue
    }
    const plain = octet >= 32 && octet < 127 && octet !== 61
    const shown = plain ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
    if (width + shown.length > 75) {
      out.push('=\r\n')
      width = 0
    }
    out.push(shown)
    width += shown.length
  }
  return Buffer.from(out.join(''), 'latin1')
}

/** Lines of 76, each of which decodes by itself. */
export const base64Lines = (bytes: Buffer): Buffer =>
  Buffer.from(`${bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n')}\r\n`, 'latin1')

/** Text from which runs of whole lines are cut without a copy of each. */
export class Pool {
  readonly #bytes: Buffer
  readonly #starts: number[] = []

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    for (let at = 0; at < bytes.length; at = bytes.indexOf(10, at) + 1) this.#starts.push(at)
  }

  /** From some line on, and again from the first line when it is more than there is. */
  cut(random: Random, octets: number): Buffer {
    const starts = this.#starts
    const pieces: Buffer[] = []
    let from = random.below(starts.length)
    for (let left = Math.max(1, octets); left > 0; from = 0) {
      const to = this.#lineAtOrAfter(starts[from]! + left)
      const piece = this.#bytes.subarray(starts[from], to)
      pieces.push(piece)
      left -= piece.length
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  }

  #lineAtOrAfter(octet: number): number {
    if (octet >= this.#bytes.length) return this.#bytes.length
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#starts[middle]! < octet) low = middle + 1
      else high = middle
    }
    return this.#starts[low] ?? this.#bytes.length
  }
}
