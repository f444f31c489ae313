import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderText } from './folder-name.ts'

/**
 * Whoever was let into a mailbox has its owner's rights on every folder: access grants all or nothing, and permissions are
 * given and taken by an administrator. So there is one name on every list, and nothing on it can be changed from here.
 */
export const OWNER = 'owner'

/** RFC 4314 §2.1, and the two of RFC 2086 that it keeps (§2.1.1). */
const ALL = 'lrswipkxteacd'

/** What may be done to a folder. The inbox cannot be deleted. */
export const rightsOn = (folder: Folder): string => (folder.path === 'Inbox' ? ALL.replace('x', '') : ALL)

/** RFC 4314 §3.8 `MYRIGHTS`. */
export const myRightsLine = (folder: Folder, dialect: ImapDialect): string =>
  `* MYRIGHTS ${folderText(folder.path, dialect)} ${rightsOn(folder)}\r\n`
