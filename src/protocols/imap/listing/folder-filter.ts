import type { FolderFilter } from '../../../codecs/imap/list-command.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { decodedName, SEPARATOR } from './folder-name.ts'
import { normalized } from '../../../codecs/charset/unicode-casemap.ts'

/** Returns the test for a filter. The selected folder is not tested here. */
export function fitting(
  filter: FolderFilter,
  dialect: ImapDialect,
): (folder: Pick<Folder, 'path' | 'subscribed'>) => boolean {
  switch (filter.of) {
    case 'subscribed':
      return ({ subscribed }) => subscribed
    case 'inboxes':
      return ({ path }) => path === 'Inbox'
    case 'mailboxes': {
      const paths = new Set(pathsOf(filter.names, dialect))
      return ({ path }) => paths.has(path)
    }
    case 'subtree': {
      const paths = pathsOf(filter.names, dialect)
      return ({ path }) => paths.some((above) => path === above || path.startsWith(`${above}${SEPARATOR}`))
    }
    case 'subtree-one': {
      const paths = new Set(pathsOf(filter.names, dialect))
      return ({ path }) => paths.has(path) || paths.has(parentOf(path))
    }
    case 'personal':
      return () => true
    default:
      return () => false
  }
}

/** RFC 5465 §6: a folder with the name may be created later; invalid names are ignored. */
const pathsOf = (names: readonly string[], dialect: ImapDialect): string[] =>
  names
    .flatMap((name) => decodedName(name, dialect) || [])
    .map((path) => normalized(path, 'NFC').replace(/^inbox(?=\/|$)/i, 'Inbox'))

/** The path of the parent; empty at the top level. */
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf(SEPARATOR), 0))
