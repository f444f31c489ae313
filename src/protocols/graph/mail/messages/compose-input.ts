import { type Chance, composeMessage } from '../../../../codecs/mime/compose/compose-message.ts'
import type { NewAttachment, NewMessageContent } from '../../../../codecs/mime/compose/new-message.ts'
import type { AttachmentInput, MessageInput } from './input-types.ts'

/** The surroundings in which a message is written. */
export interface ComposeOptions {
  /** The address of the mailbox, which gets the receipts. */
  readonly mailbox: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly chance: Chance
}

/** A message without content. */
export const emptyMessage = ({ mailbox, now, chance }: ComposeOptions): NewMessageContent => ({
  from: undefined,
  sender: undefined,
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: '',
  messageId: `<${Buffer.from(chance(16)).toString('hex')}@${mailbox.slice(mailbox.lastIndexOf('@') + 1)}>`,
  date: now,
  inReplyTo: undefined,
  references: [],
  importance: 'normal',
  readReceiptTo: undefined,
  deliveryReceiptTo: undefined,
  threadIndex: undefined,
  threadTopic: undefined,
  fields: [],
  body: { contentType: 'text', content: '' },
  alternatives: [],
  attachments: [],
})

/** The content with the properties that a request sets. Its attachments and header fields are added. */
export async function withInput(
  content: NewMessageContent,
  input: MessageInput,
  options: ComposeOptions,
): Promise<NewMessageContent> {
  const from = cleared(input.from, content.from)
  const receiptTo = from?.address ?? options.mailbox
  const receipt = (requested: boolean | undefined, before: string | undefined): string | undefined =>
    requested === undefined ? before : requested ? receiptTo : undefined
  const attachments = await Promise.all((input.attachments ?? []).map((it) => newAttachment(it, options)))
  return {
    ...content,
    from,
    sender: cleared(input.sender, content.sender),
    to: input.toRecipients ?? content.to,
    cc: input.ccRecipients ?? content.cc,
    bcc: input.bccRecipients ?? content.bcc,
    replyTo: input.replyTo ?? content.replyTo,
    subject: input.subject ?? content.subject,
    messageId: input.internetMessageId ?? content.messageId,
    importance: input.importance ?? content.importance,
    readReceiptTo: receipt(input.isReadReceiptRequested, content.readReceiptTo),
    deliveryReceiptTo: receipt(input.isDeliveryReceiptRequested, content.deliveryReceiptTo),
    fields: [...content.fields, ...(input.internetMessageHeaders ?? [])],
    body: input.body ?? content.body,
    attachments: [...content.attachments, ...attachments],
  }
}

/** Writes a new message with these properties. */
export const composeInput = async (input: MessageInput, options: ComposeOptions): Promise<Buffer> =>
  composeMessage(await withInput(emptyMessage(options), input, options), options.chance)

/** An attachment to write; an attached message is written first. */
export async function newAttachment(attachment: AttachmentInput, options: ComposeOptions): Promise<NewAttachment> {
  if (attachment.kind !== 'item') return attachment
  return { kind: 'item', name: attachment.name, content: await composeInput(attachment.item, options) }
}

const cleared = <T>(given: T | null | undefined, before: T | undefined): T | undefined =>
  given === undefined ? before : (given ?? undefined)
