import type { FolderId } from '../../core/ids.ts'

/** RFC 8474 §4: a folder's id, which it keeps under any name and which no other ever has. */
export const mailboxId = (folder: FolderId): string => `F${folder}`
