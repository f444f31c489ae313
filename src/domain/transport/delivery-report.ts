import { fieldText } from '../../codecs/mime/header.ts'
import { domainOf } from './address-book.ts'
import { formatDate } from './stored-message.ts'
import { named, type SubmittedMessage } from './submitted-message.ts'
import type { Addressed, Restriction, Submission } from './types.ts'

/** A mailbox, or a group, that can't have a message, by its address, and the recipient through which it was found. */
export interface Undelivered {
  readonly recipient: Addressed
  readonly address: string
  readonly why: Exclude<Restriction, `sender-${string}`>
}

/** How much of the header is given back: enough to know the message by. */
const MOST_RETURNED = 64 * 1024

/** The facts that every report about a submission shares. */
interface Circumstances {
  readonly id: string
  readonly at: number
  readonly primary: string
}

/** A failure in a report, as text and for programs. */
interface ReportedFailure {
  readonly subject: string
  readonly words: readonly string[]
  /** RFC 3464 §2.3 */
  readonly recipients: readonly (readonly string[])[]
}

/** RFC 3464: tells the sender that recipients have the message; undefined where none was to be reported. */
export function deliveryReport(
  submission: Submission,
  letter: SubmittedMessage,
  how: Circumstances & { readonly delivered: readonly Addressed[] },
): Buffer | undefined {
  const reported = how.delivered.filter((it) => it.reported)
  return report(submission, letter, how, {
    subject: 'Delivered',
    words: ['Your message is in the mailbox of:', '', ...reported.map(({ address }) => address)],
    recipients: reported.map((recipient) => [
      ...aboutRecipient(recipient, recipient.address),
      'Action: delivered',
      'Status: 2.0.0',
    ]),
  })
}

/** Likewise, who can't have the message, and why. */
export function failureReport(
  submission: Submission,
  letter: SubmittedMessage,
  how: Circumstances & { readonly undelivered: readonly Undelivered[] },
): Buffer | undefined {
  const told = eachOnce(how.undelivered.filter(({ recipient }) => recipient.told))
  return report(submission, letter, how, {
    subject: `Undeliverable: ${subjectOf(letter)}`,
    words: [
      'Your message did not come to:',
      '',
      ...told.map(({ address, why }) => `${address}: ${diagnoses[why].words}`),
    ],
    recipients: told.map(({ recipient, address, why }) => [
      ...aboutRecipient(recipient, address),
      'Action: failed',
      `Status: ${diagnoses[why].status}`,
      `Diagnostic-Code: smtp; ${diagnoses[why].reply}`,
    ]),
  })
}

/** A mailbox can be found through several recipients; each under another name is told of. */
const eachOnce = (undelivered: readonly Undelivered[]): readonly Undelivered[] => [
  ...new Map(undelivered.map((it) => [JSON.stringify([it.address, it.recipient.original]), it])).values(),
]

/**
 * Only the header is given back, whatever RET says (RFC 3461 §4.3), and nothing is told to the null path (§4.1), nor
 * where there is nothing to tell.
 */
function report(
  submission: Submission,
  letter: SubmittedMessage,
  how: Circumstances,
  told: ReportedFailure,
): Buffer | undefined {
  if (told.recipients.length === 0 || submission.from === '') return undefined
  const boundary = `report-${how.id}`
  const part = (type: string): string => `\r\n--${boundary}\r\nContent-Type: ${type}\r\n\r\n`
  const status = [aboutMessage(submission, how.at), ...told.recipients.map((fields) => ['', ...fields])].flat()
  const before = [
    lines(headerOf(submission, letter, { ...how, boundary, subject: told.subject })),
    part('text/plain; charset=utf-8'),
    lines(told.words),
    part('message/delivery-status'),
    lines(status),
    part('text/rfc822-headers'),
  ].join('')
  const returned = letter.bytes.subarray(0, Math.min(letter.headerEnd, MOST_RETURNED))
  return Buffer.concat([Buffer.from(before, 'utf8'), returned, Buffer.from(`\r\n--${boundary}--\r\n`)])
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\r\n`).join('')

/** A line of a message has at most 998 octets (RFC 5322 §2.1.1). */
const LONGEST_TEXT = 900

function headerOf(
  { from }: Submission,
  { messageId }: SubmittedMessage,
  { id, at, primary, boundary, subject }: Circumstances & { readonly boundary: string; readonly subject: string },
): readonly string[] {
  const domain = domainOf(primary)
  return [
    'Return-Path: <>',
    `From: Mail delivery <postmaster@${domain}>`,
    `To: <${from}>`,
    `Subject: ${subject}`,
    `Date: ${formatDate(at)}`,
    `Message-ID: <${id}@${domain}>`,
    ...(messageId === undefined ? [] : [`In-Reply-To: ${printable(messageId).slice(0, LONGEST_TEXT)}`]),
    // RFC 3834 §5
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    ` boundary="${boundary}"`,
  ]
}

function subjectOf({ bytes, fields }: SubmittedMessage): string {
  const field = fields.find(named('subject'))
  return field ? printable(fieldText(bytes, field)).slice(0, LONGEST_TEXT) : ''
}

/** RFC 3464 §2.2 */
const aboutMessage = ({ envelopeId, trace }: Submission, at: number): readonly string[] => [
  ...(envelopeId === undefined ? [] : [`Original-Envelope-Id: ${printable(envelopeId)}`]),
  `Reporting-MTA: dns; ${printable(trace.by)}`,
  `Arrival-Date: ${formatDate(at)}`,
]

const aboutRecipient = ({ original }: Addressed, address: string): readonly string[] => [
  ...(original === undefined ? [] : [`Original-Recipient: ${printable(original)}`]),
  `Final-Recipient: ${typed(address)}`,
]

/** RFC 6533 §3: an address in another script is told in ASCII. */
function typed(address: string): string {
  const escaped = address.replaceAll(/[^\0-\x7f]/gu, (it) => `\\x{${it.codePointAt(0)!.toString(16).toUpperCase()}}`)
  return `${escaped === address ? 'rfc822' : 'utf-8'}; ${printable(escaped)}`
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/g, '_')

interface Diagnosis {
  /** RFC 3463 */
  readonly status: string
  /** The reply of a server that refuses the message for this reason. */
  readonly reply: string
  readonly words: string
}

/** As Exchange Online words it. */
export const diagnoses: Readonly<Record<Undelivered['why'], Diagnosis>> = {
  'recipient-full': {
    status: '5.2.2',
    reply:
      '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
    words: 'the mailbox is full',
  },
  'recipient-size': {
    status: '5.2.3',
    reply: '550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    words: 'the message is larger than any that is taken there',
  },
  'group-inside': {
    status: '5.7.133',
    reply:
      '550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group',
    words: 'only mail from its own organization is taken there',
  },
  'mailbox-inside': {
    status: '5.7.134',
    reply:
      '550 5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this mailbox',
    words: 'only mail from its own organization is taken there',
  },
  'group-unlisted': {
    status: '5.7.124',
    reply: '550 5.7.124 Sender not in allowed-senders list',
    words: 'only mail from those who are listed is taken there',
  },
  'mailbox-unlisted': {
    status: '5.7.1',
    reply: '550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized',
    words: 'only mail from those who are listed is taken there',
  },
  'recipient-rejects': {
    status: '5.7.1',
    reply: '550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized',
    words: 'no mail of yours is taken there',
  },
}
