import { readHeader } from '../header.ts'
import { parseMessage } from '../parse.ts'
import { messageParts } from '../parts/message-parts.ts'
import { type Chance, composeMessage } from './compose-message.ts'
import type { NewAttachment, NewMessageContent } from './new-message.ts'

/** A file to attach, without its content. */
export type NewFile = Omit<NewAttachment & { readonly kind: 'file' }, 'kind' | 'content'>

const MOST_FIELDS = 100

/** An attachment as a part of a message: its header and its body. */
export async function attachmentPart(attachment: NewAttachment, chance: Chance): Promise<Buffer> {
  const bytes = await composeMessage({ ...empty, attachments: [attachment] }, chance)
  const [found] = messageParts(parseMessage(bytes).part).attachments
  if (!found) throw new Error('A composed attachment is not found in its message')
  return bytes.subarray(found.part.headerStart, found.part.end)
}

/** The header of a file whose body follows in base64; it ends with the empty line. */
export async function fileHeader(file: NewFile, chance: Chance): Promise<Buffer> {
  const part = await attachmentPart({ ...file, kind: 'file', content: Buffer.alloc(0) }, chance)
  const kept = readHeader(part, 0, part.length, MOST_FIELDS)
    .filter(({ name }) => name.toLowerCase() !== 'content-transfer-encoding')
    .map(({ start, end }) => part.subarray(start, end))
  return Buffer.concat([...kept, Buffer.from('Content-Transfer-Encoding: base64\r\n\r\n')])
}

const empty: NewMessageContent = {
  from: undefined,
  sender: undefined,
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: '',
  messageId: '<part@attachment.invalid>',
  date: 0,
  inReplyTo: undefined,
  references: [],
  importance: 'normal',
  readReceiptTo: undefined,
  deliveryReceiptTo: undefined,
  threadIndex: undefined,
  threadTopic: undefined,
  fields: [],
  body: { contentType: 'text', content: 'x' },
  alternatives: [],
  attachments: [],
}
