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
  const domain = domainOf(how.primary)
  const boundary = `report-${how.id}`
  const part = (type: string, ...lines: readonly string[]): string =>
    [`--${boundary}`, `Content-Type: ${type}`, '', ...lines, ''].join('\r\n')
  const head = [
    'Return-Path: <>',
    `From: Mail delivery <postmaster@${domain}>`,
    `To: <${submission.from}>`,
    'Subject: Delivered',
    `Date: ${formatDate(how.at)}`,
    `Message-ID: <${how.id}@${domain}>`,
    ...(letter.messageId === undefined ? [] : [`In-Reply-To: ${printable(letter.messageId).slice(0, 900)}`]),
    // RFC 3834 §5
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;`,
    ` boundary="${boundary}"`,
    '',
    '',
  ].join('\r\n')
  const words = part(
    'text/plain; charset=utf-8',
    'Your message is in the mailbox of:',
    '',
    ...reported.map(({ address }) => address),
  )
  const status = part(
    'message/delivery-status',
    ...aboutMessage(submission, how.at),
    ...reported.flatMap(aboutRecipient),
  )
  const header = Buffer.from(part('text/rfc822-headers'), 'latin1')
  return Buffer.concat([
    Buffer.from(head + words + status, 'utf8'),
    header.subarray(0, -2),
    letter.bytes.subarray(0, Math.min(letter.headerEnd, MOST_RETURNED)),
    Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'),
  ])
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
  const ascii = [...address].every((it) => it <= '\x7f')
  if (ascii) return `rfc822; ${printable(address)}`
  const escaped = [...address].map((it) =>
    it <= '\x7f' ? it : `\\x{${it.codePointAt(0)!.toString(16).toUpperCase()}}`,
  )
  return `utf-8; ${printable(escaped.join(''))}`
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/g, '_')
