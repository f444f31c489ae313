import { decodeText } from '../charset/decode.ts'
import { isBlank } from './header.ts'

/** RFC 2047 §2 */
const LONGEST_WORD = 75
const LONGEST_CHARSET = 64

/** Octets without a charset: UTF-8 if they are valid, otherwise Windows-1252. */
export const decodeOctets = (octets: string): string =>
  isAscii(octets) ? octets : decodeText(Buffer.from(octets, 'latin1'), undefined)

interface Word {
  readonly charset: string
  readonly bytes: Buffer
  /** The end of the word in the text. */
  readonly end: number
}

/**
 * Decodes the encoded words (RFC 2047) in unfolded octets. Other text is decoded by its octets. Words may have any
 * position. A character that is split between two words is joined again.
 */
export function decodeWords(octets: string): string {
  if (!octets.includes('=?')) return decodeOctets(octets)
  let text = ''
  let plainStart = 0
  const lastEnd = octets.lastIndexOf('?=')
  for (let at = octets.indexOf('=?'); at >= 0 && at < lastEnd;) {
    const word = wordAt(octets, at)
    if (!word) {
      at = octets.indexOf('=?', at + 2)
      continue
    }
    const run = wordRun(octets, word)
    text += decodeOctets(octets.slice(plainStart, at)) + decodeRun(run)
    plainStart = run.at(-1)!.end
    at = octets.indexOf('=?', plainStart)
  }
  return text + decodeOctets(octets.slice(plainStart))
}

/** Encodes text for a header: printable US-ASCII stays as it is; other text becomes folded encoded words in UTF-8. */
export function encodeWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text
  const room = Math.floor((LONGEST_WORD - '=?utf-8?B??='.length) / 4) * 3
  const chunks: string[] = ['']
  for (const character of text) {
    if (Buffer.byteLength(chunks.at(-1)! + character) > room) chunks.push('')
    chunks[chunks.length - 1] += character
  }
  return chunks.map((chunk) => `=?utf-8?B?${Buffer.from(chunk).toString('base64')}?=`).join('\r\n ')
}

/** RFC 2047 §6.2: the word and the following ones. Blanks between them are ignored. */
function wordRun(octets: string, first: Word): Word[] {
  const run = [first]
  for (;;) {
    const end = run.at(-1)!.end
    let start = end
    while (isBlank(octets.charCodeAt(start))) start++
    const next = wordAt(octets, start)
    if (!next) return run
    run.push(next)
  }
}

function wordAt(octets: string, start: number): Word | undefined {
  if (!octets.startsWith('=?', start)) return undefined
  const mark = octets.indexOf('?', start + 2)
  if (mark < 0 || mark - start > LONGEST_CHARSET) return undefined
  const encoding = octets.charAt(mark + 1).toLowerCase()
  if ((encoding !== 'b' && encoding !== 'q') || octets[mark + 2] !== '?') return undefined
  const end = octets.indexOf('?=', mark + 3)
  if (end < 0) return undefined
  const text = octets.slice(mark + 3, end)
  // RFC 2231 §5: a language may follow the charset.
  const charset = octets
    .slice(start + 2, mark)
    .replace(/\*.*$/, '')
    .toLowerCase()
  return { charset, bytes: encoding === 'b' ? Buffer.from(text, 'base64') : decodeQ(text), end: end + 2 }
}

/** RFC 2047 §4.2 */
const decodeQ = (text: string): Buffer =>
  Buffer.from(
    text.replace(/_|=([0-9a-f]{2})/gi, (_, hex?: string) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : ' ',
    ),
    'latin1',
  )

function decodeRun(run: readonly Word[]): string {
  let text = ''
  for (let first = 0; first < run.length;) {
    const { charset } = run[first]!
    let last = first
    while (last < run.length && run[last]!.charset === charset) last++
    text += decodeText(Buffer.concat(run.slice(first, last).map((word) => word.bytes)), charset)
    first = last
  }
  return text
}

const isAscii = (octets: string): boolean => /^[\0-\x7f]*$/.test(octets)
