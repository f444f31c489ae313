import { attachmentKey, attachmentOf } from '../../../../codecs/mime/parts/attachment-key.ts'
import type { AttachmentPart } from '../../../../codecs/mime/parts/message-parts.ts'
import type { MimePart } from '../../../../codecs/mime/structure.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { ItemKey } from '../../../../domain/mail/items/types.ts'
import { badRequest } from '../../errors.ts'

const PREFIX = 'AAMkATAA'
/** Octets of an id before its encoding: ids are long, so that no client cuts or compares them in part. */
const SHORTEST = 48
const LONGEST_ID = 400

/** The id of an attachment as Graph shows it. It stays when the message moves, and when it loses other attachments. */
export function attachmentId({ originFolder, originUid }: ItemKey, attachment: AttachmentPart): string {
  const text = `${originFolder}.${originUid}/${attachmentKey(attachment)}`.padEnd(SHORTEST, ' ')
  return `${PREFIX}${Buffer.from(text).toString('base64url')}=`
}

/** The attachment of an item with that id. Refuses `ErrorInvalidIdMalformed` and `ErrorItemNotFound`. */
export function findAttachment(item: ItemKey, root: MimePart, id: string): AttachmentPart {
  const key = readId(item, id)
  const found = key === undefined ? undefined : attachmentOf(root, key)
  return (
    found ?? refuse('no-such-thing', 'The specified object was not found in the store.', { graph: 'ErrorItemNotFound' })
  )
}

/** The key in an id; undefined if it is of another item. */
function readId({ originFolder, originUid }: ItemKey, id: string): string | undefined {
  const encoded = new RegExp(`^${PREFIX}([\\w-]+)={0,2}$`).exec(id)?.[1]
  const text = Buffer.from(encoded ?? '', 'base64url').toString('latin1')
  const [, folder, uid, key] = /^(\d+)\.(\d+)\/(\d[\d.]*-[\w-]{12}) *$/.exec(text) ?? []
  if (id.length > LONGEST_ID || key === undefined) return badRequest('Id is malformed.', 'ErrorInvalidIdMalformed')
  return Number(folder) === originFolder && Number(uid) === originUid ? key : undefined
}
