import { createHash } from 'node:crypto'
import type { MimePart } from '../structure.ts'
import { type AttachmentPart, messageParts } from './message-parts.ts'

/**
 * Identifies an attachment within its message: its part number and its fingerprint. When others are removed, the number
 * of a part changes and its fingerprint stays.
 */
export const attachmentKey = ({ path, part }: AttachmentPart): string => `${path.join('.')}-${fingerprint(part)}`

/** The attachment with a key; undefined if it is gone, or if several could be meant. */
export function attachmentOf(root: MimePart, key: string): AttachmentPart | undefined {
  const { attachments } = messageParts(root)
  const exact = attachments.find((it) => attachmentKey(it) === key)
  if (exact) return exact
  const wanted = key.slice(key.indexOf('-') + 1)
  const alike = attachments.filter(({ part }) => fingerprint(part) === wanted)
  return alike.length === 1 ? alike[0] : undefined
}

/** Of what the structure tells about a part, except for its position. Attachments written here have unique Content-IDs. */
function fingerprint({ type, subtype, params, id, encoding, disposition, bodyStart, end }: MimePart): string {
  const facts = [type, subtype, params, id ?? '', encoding, disposition ?? '', end - bodyStart]
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 12)
}
