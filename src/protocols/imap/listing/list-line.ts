import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { specialUseText } from '../reply/flag-text.ts'
import { folderLabel, quotedName, SEPARATOR } from './folder-name.ts'

/** A name that is listed, and what is said of it. */
export interface ListEntry {
  /** As the client knows it. */
  readonly label: string
  /** Undefined where there is only a name. */
  readonly folder: Folder | undefined
  /** Told where it was asked for. */
  readonly subscribed?: boolean
  /** RFC 5258 §4: the criteria that names below it fulfil. */
  readonly below?: readonly string[]
  /** RFC 9051 §6.3.9.7: the name that it had, or that the client gave for it. */
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

/** RFC 9051 §6.3.9.7: what a client that knows of it gave as the name of a folder, where the folder is listed under another. */
export function otherName({ path }: Folder, given: string, dialect: ImapDialect): string | undefined {
  return dialect.rev2 && folderLabel(path, dialect) !== given ? given : undefined
}

/** RFC 3348 §4, RFC 6154 §2; RFC 3501 §7.2.2 `\Marked`, which Exchange Online gives to folders with mail in them. */
function attributesOf(folder: Folder, exchange: boolean): string[] {
  const children = folder.hasChildren ? '\\HasChildren' : '\\HasNoChildren'
  const use = specialUseText(folder.specialUse, exchange)
  return [...(exchange && folder.count > 0 ? ['\\Marked'] : []), children, ...(use ? [use] : [])]
}
