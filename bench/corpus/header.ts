import { Random } from './random.ts'
import { familyNames, frequent, givenNames, vocabulary } from './vocabulary.ts'

/** Stands in the subject of one message in forty, half of them as encoded words. */
export const SUBJECT_MARK = 'harvestmoon'

const START = Date.UTC(2024, 0, 1)
const THREAD = 22
const CYCLE = 40
const MARKED = 30
const DOMAINS = ['example.com', 'example.org', 'mail.example.net']

export const dateOf = (index: number): number => START + index * 61_000

/** How many of the first `count` messages have the mark in their subject. */
export const markedSubjects = (count: number): number => Math.ceil(Math.max(0, count - MARKED) / CYCLE)

/** Every header but those of the content, as text of octets. Twenty-two of forty messages are one conversation. */
export function header(seed: number, index: number, random: Random): string {
  const root = index % CYCLE < THREAD ? index - (index % CYCLE) : index
  const isReply = root !== index
  const relay = `mx${index % 9}.example.org`
  const lines = [
    `Return-Path: <bounce-${index}@example.org>`,
    `Received: from ${relay} (${relay} [192.0.2.${index % 250}])\r\n\tby mail.example.com with ESMTPS id ${token(random, 9)}\r\n\tfor <reader@example.com>; ${headerDate(dateOf(index))}`,
    `Received: from localhost by ${relay}; ${headerDate(dateOf(index) - 2000)}`,
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=k1;\r\n\th=from:to:subject:date; bh=${token(random, 43)}=;\r\n\tb=${token(random, 70)}\r\n\t ${token(random, 70)}`,
    `Message-ID: ${messageId(seed, index)}`,
    `Date: ${headerDate(dateOf(index))}`,
    `From: ${person(random)}`,
    `To: ${people(random, 1 + random.below(3))}`,
  ]
  if (random.chance(0.3)) lines.push(`Cc: ${person(random)}`)
  if (random.chance(0.1)) lines.push(`Reply-To: ${person(random)}`)
  lines.push(`Subject: ${isReply ? 'Re: ' : ''}${encodedWord(subject(seed, root), random)}`)
  if (isReply) lines.push(...references(seed, root, index))
  if (random.chance(0.3)) {
    lines.push(`List-Id: <list${index % 30}.example.org>`, 'List-Unsubscribe: <mailto:leave@example.org>')
  }
  if (random.chance(0.5)) lines.push(`X-Mailer: Quill ${index % 7}.${index % 10}`, `X-Spam-Score: ${random.below(9)}.4`)
  lines.push('MIME-Version: 1.0')
  return `${lines.join('\r\n')}\r\n`
}

const messageId = (seed: number, index: number): string => `<${seed}.${index}@host${index % 17}.example.org>`

function references(seed: number, root: number, index: number): string[] {
  const first = Math.max(root, index - 12)
  const ids = Array.from({ length: index - first }, (_, step) => messageId(seed, first + step))
  return [`In-Reply-To: ${ids.at(-1)}`, `References: ${ids.join('\r\n ')}`]
}

/** Everybody in a conversation says the same. */
function subject(seed: number, root: number): string {
  const random = new Random(seed * 7919 + root)
  const words = random.chance(0.15)
    ? random.pick([vocabulary.russian, vocabulary.japanese, vocabulary.mixed])
    : vocabulary.plain
  const said = Array.from({ length: 3 + random.below(6) }, () => frequent(random, words))
  if (root % CYCLE === MARKED) said.splice(1, 0, root % (2 * CYCLE) === MARKED ? SUBJECT_MARK : `${SUBJECT_MARK} né`)
  return said.join(' ')
}

const people = (random: Random, count: number): string =>
  Array.from({ length: count }, () => person(random)).join(',\r\n ')

function person(random: Random): string {
  const [given, family] = [random.pick(givenNames), random.pick(familyNames)]
  const address = `<p${random.below(5000)}@${random.pick(DOMAINS)}>`
  if (!isAscii(given + family)) return `${encodedWord(`${given} ${family}`, random)} ${address}`
  return `${random.chance(0.3) ? `"${family}, ${given}"` : `${given} ${family}`} ${address}`
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** RFC 2047, in both encodings; a word holds at most 45 octets of text and never half a character. */
function encodedWord(text: string, random: Random): string {
  if (isAscii(text)) return text
  const encode = random.chance(0.5) ? base64Word : quotedWord
  const words: string[] = []
  let piece = ''
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > 45) {
      words.push(encode(piece))
      piece = ''
    }
    piece += character
  }
  return [...words, encode(piece)].join('\r\n ')
}

const base64Word = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`

const quotedWord = (text: string): string =>
  `=?utf-8?Q?${[...Buffer.from(text)]
    .map((octet) => {
      const character = String.fromCharCode(octet)
      if (/[a-z\d]/i.test(character)) return character
      return octet === 32 ? '_' : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')}?=`

const SYMBOLS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function token(random: Random, length: number): string {
  let made = ''
  while (made.length < length) made += SYMBOLS[random.below(62)]
  return made
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const two = (value: number): string => String(value).padStart(2, '0')

const clock = (at: Date): string =>
  `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`

/** A date as a header has it: RFC 5322 §3.3. */
function headerDate(time: number): string {
  const at = new Date(time)
  return `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${clock(at)}`
}

/** A date as APPEND takes it: RFC 9051 §9, date-time. */
export function imapDate(time: number): string {
  const at = new Date(time)
  return `${two(at.getUTCDate())}-${MONTHS[at.getUTCMonth()]}-${at.getUTCFullYear()} ${clock(at)}`
}
