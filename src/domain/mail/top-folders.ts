import type { FolderId } from '../../core/ids.ts'

/** The parent of the folders at the root. */
export const ROOT = 0 as FolderId

/** RFC 9051 §5.1: the name of the folder that every mailbox has, in the case that Exchange shows. */
export const INBOX = 'Inbox'
