import { named, type SubmittedMessage } from './submitted-message.ts'
import type { Submission } from './types.ts'

/** Header fields for messages that lack them. */
export interface Own {
  readonly date: number
  readonly from: string
  readonly messageId: string
  /** Of a message that is sent on another's behalf. */
  readonly sender: string | undefined
}

/**
 * The message as it is kept: `trace`, the fields that it should have had (RFC 6409 §8), and then its own octets but for
 * header fields that are not for the reader's eyes. Return-Path is the last server's to write (RFC 5321 §4.4).
 */
export function storedMessage(letter: SubmittedMessage, how: { own: Own; trace: string; hidesBcc: boolean }): Buffer {
  const { bytes, fields } = letter
  const pieces: Buffer[] = [Buffer.from(`${how.trace}${missingFields(letter, how.own)}`, 'utf8')]
  // A message without any header field is all body.
  if (fields.length === 0 && letter.headerEnd > 0) pieces.push(Buffer.from('\r\n'))
  let copied = 0
  for (const field of fields.filter(named('return-path', ...(how.hidesBcc ? ['bcc', 'resent-bcc'] : [])))) {
    pieces.push(bytes.subarray(copied, field.start))
    copied = field.end
  }
  pieces.push(bytes.subarray(copied))
  return Buffer.concat(pieces)
}

function missingFields({ fields }: SubmittedMessage, own: Own): string {
  const given = [
    ['From', own.from],
    ['Sender', own.sender],
    ['Date', formatDate(own.date)],
    ['Message-ID', own.messageId],
  ] as const
  return given
    .filter(([name, value]) => value !== undefined && !fields.some(named(name.toLowerCase())))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}

/** RFC 5321 §4.4: Return-Path and Received, as the server writes them that delivers. */
export function traceFields({ from, trace }: Submission, { id, at }: { id: string; at: number }): string {
  const { client, peer, by, protocol } = trace
  return [
    `Return-Path: <${from}>`,
    `Received: from ${word(client)} (${literal(peer)})`,
    `\tby ${word(by)} with ${protocol} id ${id};`,
    `\t${formatDate(at)}`,
    '',
  ].join('\r\n')
}

/** Returns the name of a client as one word that cannot begin a comment or another clause. */
const word = (text: string): string => text.replaceAll(/[^\w.:[\]-]+/g, '_').slice(0, 255) || '_'

/** RFC 5321 §4.1.3 */
const literal = (address: string): string => (address.includes(':') ? `[IPv6:${address}]` : `[${address}]`)

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (number: number): string => String(number).padStart(2, '0')

/** RFC 5322 §3.3, in UTC. */
export function formatDate(at: number): string {
  const date = new Date(at)
  const day = `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
}
