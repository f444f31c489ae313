import type { AttachmentPart } from '../../../../codecs/mime/parts/message-parts.ts'
import { startTransfer } from '../../../../codecs/mime/transfer.ts'
import type { StoredRange } from '../messages/message-content.ts'

/** Octets that are read at a time. */
const PIECE = 256 * 1024

/** The decoded content of an attachment, piece by piece; of an attached message its octets as they are. */
export async function* attachmentContent(
  { part }: AttachmentPart,
  read: (range: StoredRange) => Promise<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const decoding = startTransfer(part.encoding) ?? startTransfer('binary')!
  for (let start = part.bodyStart; start < part.end; start += PIECE) {
    const decoded = decoding.write(await read({ start, end: Math.min(start + PIECE, part.end) }))
    if (decoded.length > 0) yield decoded
  }
  const rest = decoding.end()
  if (rest.length > 0) yield rest
}

/** The same in one piece, as base64. */
export async function contentBytes(
  attachment: AttachmentPart,
  read: (range: StoredRange) => Promise<Buffer>,
): Promise<string> {
  return Buffer.concat(await Array.fromAsync(attachmentContent(attachment, read))).toString('base64')
}
