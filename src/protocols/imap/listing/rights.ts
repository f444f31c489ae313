import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderText } from './folder-name.ts'

/**
 * Every caller with access to a mailbox has the owner's rights on all its folders. Only an administrator changes permissions, so
 * each ACL has this one identifier, and IMAP cannot change it.
 */
export const OWNER = 'owner'

/** RFC 4314 §2.1, and the two of RFC 2086 that it keeps (§2.1.1). */
const ALL = 'lrswipkxteacd'

/** The rights on a folder. The inbox cannot be deleted. */
export const rightsOn = (folder: Folder): string => (folder.path === 'Inbox' ? ALL.replace('x', '') : ALL)

/** RFC 4314 §3.8 `MYRIGHTS`. */
export const myRightsLine = (folder: Folder, dialect: ImapDialect): string =>
  `* MYRIGHTS ${folderText(folder.path, dialect)} ${rightsOn(folder)}\r\n`
