import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { specialUseText } from '../reply/flag-text.ts'
import { folderLabel, quotedName, SEPARATOR } from './folder-name.ts'

/** The content of a LIST response. */
export interface ListEntry {
  /** The name, from {@link folderLabel}. */
  readonly label: string
  /** Undefined for a name without a folder. */
  readonly folder: Folder | undefined
  /** Reported if the client requested it. */
  readonly subscribed?: boolean
  /** RFC 5258 §4: the selection criteria that names below this one fulfil. */
  readonly below?: readonly string[]
  /** RFC 9051 §6.3.9.7: the old name, or the name in the command. */
  readonly was?: string | undefined
}

/** RFC 9051 §7.3.1 `LIST`. */
export function listLine({ label, folder, subscribed, below = [], was }: ListEntry, { exchange }: ImapDialect): string {
  const attributes = folder ? attributesOf(folder, exchange) : ['\\NonExistent']
  if (subscribed) attributes.push('\\Subscribed')
  const children = below.length > 0 ? ` ("CHILDINFO" (${below.map((name) => `"${name}"`).join(' ')}))` : ''
  const old = was === undefined ? '' : ` ("OLDNAME" (${quotedName(was)}))`
  return `* LIST (${attributes.join(' ')}) "${SEPARATOR}" ${quotedName(label)}${children}${old}\r\n`
}

export const folderLine = (folder: Folder, dialect: ImapDialect, was?: string): string =>
  listLine({ label: folderLabel(folder.path, dialect), folder, was }, dialect)

/** RFC 9051 §6.3.9.7: the name in the command, if the folder is listed under a different one; only for IMAP4rev2. */
export function otherName({ path }: Folder, rawName: string, dialect: ImapDialect): string | undefined {
  return dialect.rev2 && folderLabel(path, dialect) !== rawName ? rawName : undefined
}

/** RFC 3348 §4, RFC 6154 §2; RFC 3501 §7.2.2 `\Marked`, which Exchange Online reports for folders with messages. */
function attributesOf(folder: Folder, exchange: boolean): string[] {
  const children = folder.hasChildren ? '\\HasChildren' : '\\HasNoChildren'
  const use = specialUseText(folder.specialUse, exchange)
  return [...(exchange && folder.count > 0 ? ['\\Marked'] : []), children, ...(use ? [use] : [])]
}
