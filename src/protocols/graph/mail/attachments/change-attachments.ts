import {
  type EditedMessage,
  type MessagePiece,
  octetsOfPieces,
  placeForPart,
  withoutPart,
} from '../../../../codecs/mime/compose/edit-parts.ts'
import { type AttachmentPart, messageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import type { Lane } from '../../../../core/concurrency.ts'
import { Refusal } from '../../../../core/refusal.ts'
import type { MailItem } from '../../../../domain/mail/items/types.ts'
import type { Mailbox } from '../../../../domain/mail/types.ts'
import { refuseWith } from '../mail-answers.ts'
import type { GraphMailDeps } from '../mail-route.ts'
import { openedMessage, type OpenedMessage } from '../messages/message-reader.ts'

/** A part to add to a message. */
export interface AddedPart {
  /** The text shows it. */
  readonly shown: boolean
  readonly octets: number
  /** Its header, if the part may be there already, because an earlier attempt added it. */
  readonly header?: Buffer
  /** Its octets, which can be read again. */
  readonly read: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** An attachment with the message that it was added to. */
export interface AddedAttachment {
  readonly opened: OpenedMessage
  readonly attachment: AttachmentPart
}

/** Where messages are read and written, and random octets. */
export interface AttachmentContext {
  readonly mailbox: Mailbox
  readonly chance: (octets: number) => Uint8Array
  readonly composing: Lane
}

export const attachmentContext = (
  mailbox: Mailbox,
  { world, composing }: Pick<GraphMailDeps, 'world' | 'composing'>,
): AttachmentContext => ({ mailbox, chance: (octets) => world.bytes(octets), composing })

/** Messages of fewer octets are written at once. */
const SMALL = 4 * 1024 * 1024
/** Octets of a message that are read at a time. */
const PIECE = 1024 * 1024
/** How often a write is repeated because another came between. */
const ATTEMPTS = 8
/** docs/reference/graph-mail.md: attachments of a message. */
const MOST_ATTACHMENTS = 500

/** Adds a part to a message. `find` reads the message, again if another write came between. */
export async function addAttachment(
  context: AttachmentContext,
  find: () => Promise<MailItem>,
  part: AddedPart,
): Promise<AddedAttachment> {
  let at = 0
  const item = await rewritten(context, find, part.octets, async (opened) => {
    const earlier = part.header && (await addedBefore(opened, part.octets, part.header))
    if (earlier) {
      at = earlier.part.headerStart
      return undefined
    }
    if (messageParts(opened.structure).attachments.length >= MOST_ATTACHMENTS) {
      refuseWith('ErrorInvalidRequest', `A message has at most ${MOST_ATTACHMENTS} attachments.`)
    }
    const boundary = `postern-${Buffer.from(context.chance(16)).toString('hex')}`
    const { before, after } = await placeForPart(editable(opened), part.shown, boundary)
    at = octetsOfPieces(before)
    const bytes = Buffer.allocUnsafeSlow(at + part.octets + octetsOfPieces(after))
    let end = await fill(bytes, 0, before, opened)
    for await (const piece of part.read()) {
      bytes.set(piece, end)
      end += piece.length
    }
    // Another request may have finished the upload meanwhile, and deleted its octets.
    if (end !== at + part.octets) {
      refuseWith('ErrorInternalServerTransientError', 'The attachment could not be read. Try again.', 'busy')
    }
    await fill(bytes, end, after, opened)
    return bytes
  })
  const opened = await reopened(context, item)
  const attachment = messageParts(opened.structure).attachments.find((it) => it.part.headerStart === at)
  return attachment
    ? { opened, attachment }
    : refuseWith('ErrorIrresolvableConflict', 'The message was changed.', 'wrong-state')
}

/** Removes an attachment, which `pick` finds in the message. */
export async function removeAttachment(
  context: AttachmentContext,
  find: () => Promise<MailItem>,
  pick: (opened: OpenedMessage) => AttachmentPart,
): Promise<void> {
  await rewritten(context, find, 0, async (opened) => {
    const pieces = await withoutPart(editable(opened), pick(opened).part)
    const bytes = Buffer.allocUnsafeSlow(octetsOfPieces(pieces))
    await fill(bytes, 0, pieces, opened)
    return bytes
  })
}

/** The attachment with exactly this header and this length. */
async function addedBefore(
  { structure, source }: OpenedMessage,
  octets: number,
  header: Buffer,
): Promise<AttachmentPart | undefined> {
  for (const attachment of messageParts(structure).attachments) {
    const { headerStart, bodyStart, end } = attachment.part
    if (end - headerStart !== octets || bodyStart - headerStart !== header.length) continue
    if (header.equals(await source.read({ start: headerStart, end: bodyStart }))) return attachment
  }
  return undefined
}

/** Replaces the content of a message, unless there is nothing to write. Repeats if another write came between. */
async function rewritten(
  context: AttachmentContext,
  find: () => Promise<MailItem>,
  more: number,
  write: (opened: OpenedMessage) => Promise<Buffer | undefined>,
): Promise<MailItem> {
  const { octets } = await find()
  const work = () => attempted(context, find, write)
  return octets + more < SMALL ? work() : context.composing.run(work)
}

async function attempted(
  context: AttachmentContext,
  find: () => Promise<MailItem>,
  write: (opened: OpenedMessage) => Promise<Buffer | undefined>,
): Promise<MailItem> {
  for (let attempt = 1; ; attempt++) {
    const item = await find()
    const bytes = await write(await reopened(context, item))
    if (!bytes) return item
    try {
      return await context.mailbox.items.replaceContent(item.key, { bytes }, item.modSeq)
    } catch (thrown) {
      const conflict = thrown instanceof Refusal && thrown.detail['code'] === 'ErrorIrresolvableConflict'
      if (!conflict || attempt >= ATTEMPTS) throw thrown
    }
  }
}

async function reopened({ mailbox }: AttachmentContext, item: MailItem): Promise<OpenedMessage> {
  const [message] = await mailbox.items.messages([item])
  if (!message) {
    return refuseWith('ErrorItemNotFound', 'The specified object was not found in the store.', 'no-such-thing')
  }
  return openedMessage({ mailbox }, item, message)
}

const editable = ({ structure, item, source }: OpenedMessage): EditedMessage => ({
  root: structure,
  octets: item.octets,
  read: (start, end) => source.read({ start, end }),
})

/** Writes pieces one after another. Returns the position after the last. */
async function fill(bytes: Buffer, from: number, pieces: readonly MessagePiece[], opened: OpenedMessage) {
  let end = from
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) {
      end += piece.copy(bytes, end)
      continue
    }
    for (let start = piece.start; start < piece.end; start += PIECE) {
      end += (await opened.source.read({ start, end: Math.min(start + PIECE, piece.end) })).copy(bytes, end)
    }
  }
  return end
}
