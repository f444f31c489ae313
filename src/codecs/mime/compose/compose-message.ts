import { PassThrough, type Readable } from 'node:stream'
import MailComposer, { type MailComposerAttachment } from 'nodemailer/lib/mail-composer'
import { textOfHtml } from '../html/text-of-html.ts'
import { generatedContentId } from './content-id.ts'
import type { NewAddress, NewAttachment, NewField, NewMessageContent } from './new-message.ts'

/** Random octets. */
export type Chance = (octets: number) => Uint8Array

/** Writes a message (RFC 5322, RFC 2045). HTML gets a plain-text form beside it; Bcc stays, since drafts need it. */
export async function composeMessage(message: NewMessageContent, chance: Chance): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of composeStream(message, chance)) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** The same as a stream, for attachments that are streams. */
export function composeStream(message: NewMessageContent, chance: Chance): Readable {
  const fields = fieldsOf(message)
  const spelled = new Map(fields.map(({ name }) => [name.toLowerCase(), name]))
  const { contentType, content } = message.body
  const text = normalized(content)
  const root = new MailComposer({
    from: optionalAddress(message.from),
    sender: optionalAddress(message.sender),
    to: message.to.map(writtenAddress),
    cc: message.cc.map(writtenAddress),
    bcc: message.bcc.map(writtenAddress),
    replyTo: message.replyTo.map(writtenAddress),
    subject: oneLine(message.subject),
    messageId: message.messageId,
    date: new Date(message.date),
    ...(message.inReplyTo === undefined ? {} : { inReplyTo: message.inReplyTo }),
    ...(message.references.length === 0 ? {} : { references: [...message.references] }),
    text: orNothing(contentType === 'text' ? text : textOfHtml(text)),
    ...(contentType === 'html' ? { html: orNothing(text) } : {}),
    alternatives: message.alternatives.map((raw) => ({ raw, contentType: 'text/calendar' })),
    attachments: message.attachments.map((attachment) => writtenAttachment(attachment, chance)),
    headers: fields.map(({ name, value }) => ({ key: name, value: oneLine(value) })),
    baseBoundary: Buffer.from(chance(12)).toString('hex'),
    boundaryPrefix: 'postern',
    normalizeHeaderKey: (key) => spelled.get(key.toLowerCase()) ?? key,
    disableUrlAccess: true,
    disableFileAccess: true,
  }).compile()
  root.keepBcc = true
  const written = new PassThrough()
  root.stream(written, {}, (failed) => {
    if (failed) written.destroy(failed)
    // RFC 5322 §2.1: the last line of a message ends too.
    else written.end(root.multipart ? undefined : '\r\n')
  })
  return written
}

const priorities = { low: '5', high: '1' } as const

function fieldsOf(message: NewMessageContent): readonly NewField[] {
  const { importance, readReceiptTo, deliveryReceiptTo, threadIndex, threadTopic } = message
  const own: (readonly [name: string, value: string | undefined])[] = [
    ['Importance', importance === 'normal' ? undefined : importance],
    ['X-Priority', importance === 'normal' ? undefined : priorities[importance]],
    ['Disposition-Notification-To', readReceiptTo],
    ['Return-Receipt-To', deliveryReceiptTo],
    ['Thread-Topic', threadTopic],
    ['Thread-Index', threadIndex?.toString('base64')],
  ]
  const given = own.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
  return [...given, ...message.fields]
}

function writtenAttachment(attachment: NewAttachment, chance: Chance): MailComposerAttachment {
  switch (attachment.kind) {
    case 'kept': {
      const { octets, isInline, contentId } = attachment
      return { raw: octets, ...(isInline && contentId !== undefined ? { cid: contentId } : {}) }
    }
    case 'item':
      return {
        content: attachment.content,
        contentType: 'message/rfc822',
        contentDisposition: 'attachment',
        filename: attachment.name,
      }
    case 'reference': {
      const type = `message/external-body; access-type=URL; URL=${JSON.stringify(attachment.url)}`
      return {
        content: 'Content-Type: application/octet-stream\r\n\r\n',
        contentType: type,
        contentDisposition: 'attachment',
        filename: attachment.name,
      }
    }
    default:
      return writtenFile(attachment, chance)
  }
}

function writtenFile(file: NewAttachment & { readonly kind: 'file' }, chance: Chance): MailComposerAttachment {
  const { name, contentType, content, isInline, contentId, contentLocation } = file
  const shown = isInline && contentId !== undefined
  // The Content-ID identifies the attachment when others are added or removed.
  const id = contentId ?? generatedContentId(chance(16))
  return {
    content,
    contentType,
    contentDisposition: isInline ? 'inline' : 'attachment',
    filename: name,
    ...(shown ? { cid: id } : {}),
    headers: {
      ...(shown ? {} : { 'Content-Id': `<${id}>` }),
      ...(contentLocation === undefined ? {} : { 'Content-Location': contentLocation }),
    },
  }
}

const writtenAddress = ({ name, address }: NewAddress): NewAddress => ({ name: oneLine(name), address })

const optionalAddress = (address: NewAddress | undefined): NewAddress | undefined => address && writtenAddress(address)

/** MailComposer takes an empty text for none. */
const orNothing = (text: string): string | Buffer => (text === '' ? Buffer.alloc(0) : text)

/** RFC 2045 §6.8: lines of a text end in CRLF. Unpaired surrogates and NUL cannot be written. */
const normalized = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\0', '')
    .replaceAll(/\r\n?|\n/g, '\r\n')

/** A value of a header without controls: none can begin another field. */
export const oneLine = (text: string): string => text.toWellFormed().replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
