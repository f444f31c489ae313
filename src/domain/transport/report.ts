import { formatDate } from './date.ts'
import { domainOf } from './address-book.ts'
import type { Letter } from './letter.ts'
import type { Addressed, Submission } from './types.ts'

/** How much of the header is given back: enough to know the message by. */
const MOST_RETURNED = 64 * 1024

/**
 * RFC 3464: tells the sender that recipients have the message, where that was asked for; undefined where it was not. Only
 * the header is given back, whatever RET says (RFC 3461 §4.3), and nothing is told to the null path (§4.1).
 */
export function deliveryReport(
  submission: Submission,
  letter: Letter,
  how: { readonly id: string; readonly at: number; readonly primary: string },
): Buffer | undefined {
  const reported = submission.recipients.filter((it) => it.reported)
  if (reported.length === 0 || submission.from === '') return undefined
  const boundary = `report-${how.id}`
  const part = (type: string): string => `\r\n--${boundary}\r\nContent-Type: ${type}\r\n\r\n`
  const words = ['Your message is in the mailbox of:', '', ...reported.map(({ address }) => address)]
  const status = [...aboutMessage(submission, how.at), ...reported.flatMap(aboutRecipient)]
  const before = [
    lines(headerOf(submission, letter, { ...how, boundary })),
    part('text/plain; charset=utf-8'),
    lines(words),
    part('message/delivery-status'),
    lines(status),
    part('text/rfc822-headers'),
  ].join('')
  const returned = letter.bytes.subarray(0, Math.min(letter.headerEnd, MOST_RETURNED))
  return Buffer.concat([Buffer.from(before, 'utf8'), returned, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\r\n`).join('')

/** A line of a message has at most 998 octets (RFC 5322 §2.1.1). */
const LONGEST_ID = 900

function headerOf(
  { from }: Submission,
  { messageId }: Letter,
  { id, at, primary, boundary }: { id: string; at: number; primary: string; boundary: string },
): readonly string[] {
  const domain = domainOf(primary)
  return [
    'Return-Path: <>',
    `From: Mail delivery <postmaster@${domain}>`,
    `To: <${from}>`,
    'Subject: Delivered',
    `Date: ${formatDate(at)}`,
    `Message-ID: <${id}@${domain}>`,
    ...(messageId === undefined ? [] : [`In-Reply-To: ${printable(messageId).slice(0, LONGEST_ID)}`]),
    // RFC 3834 §5
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    ` boundary="${boundary}"`,
  ]
}

/** RFC 3464 §2.2 */
const aboutMessage = ({ envelopeId, trace }: Submission, at: number): readonly string[] => [
  ...(envelopeId === undefined ? [] : [`Original-Envelope-Id: ${printable(envelopeId)}`]),
  `Reporting-MTA: dns; ${printable(trace.by)}`,
  `Arrival-Date: ${formatDate(at)}`,
]

/** RFC 3464 §2.3 */
const aboutRecipient = ({ address, original }: Addressed): readonly string[] => [
  '',
  ...(original === undefined ? [] : [`Original-Recipient: ${printable(original)}`]),
  `Final-Recipient: ${typed(address)}`,
  'Action: delivered',
  'Status: 2.0.0',
]

/** RFC 6533 §3: an address in another script is told in ASCII. */
function typed(address: string): string {
  const escaped = address.replaceAll(/[^\0-\x7f]/gu, (it) => `\\x{${it.codePointAt(0)!.toString(16).toUpperCase()}}`)
  return `${escaped === address ? 'rfc822' : 'utf-8'}; ${printable(escaped)}`
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/g, '_')
