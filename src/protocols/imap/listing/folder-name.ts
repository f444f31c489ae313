import { normalized } from '../../../codecs/charset/normalize.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { decodeUtf7, encodeUtf7 } from '../../../codecs/imap/string.ts'
import type { FolderId } from '../../../core/ids.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'

export const SEPARATOR = '/'

/** A folder's path, from its name as {@link decodedName} reads it. Refuses what no folder can be called. */
export const readFolderName = (reader: ImapReader, dialect: ImapDialect): string =>
  readRequestedName(reader, dialect).path

/** A folder's path, and the name that stood for it in the command, one character an octet. */
export interface RequestedName {
  readonly path: string
  readonly given: string
}

export function readRequestedName(reader: ImapReader, dialect: ImapDialect): RequestedName {
  const given = reader.astring()
  const path = decodedName(given, dialect) ?? refuse('unsupported', 'That is not the name of a folder')
  return { path, given }
}

/**
 * The name that stands in a command, one character an octet: modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 once that is enabled
 * (RFC 6855 §3, RFC 9051 §5.1). Undefined for what is neither.
 */
export function decodedName(octets: string, { utf8 }: ImapDialect): string | undefined {
  if (!utf8) return decodeUtf7(octets)
  const name = Buffer.from(octets, 'latin1').toString('utf8')
  return name.includes('\ufffd') ? undefined : normalized(name, 'NFC')
}

/** A folder's name as the client knows it, one character an octet. RFC 3501 §5.1: INBOX; Exchange Online spells it its own way. */
export function folderLabel(path: string, { exchange, utf8 }: ImapDialect): string {
  const name = exchange ? path : path.replace(/^Inbox(?=\/|$)/, 'INBOX')
  return utf8 ? Buffer.from(name).toString('latin1') : encodeUtf7(name)
}

/** A pattern as {@link folderLabel} writes names: one character an octet. */
export const patternText = (octets: string, { utf8 }: ImapDialect): string =>
  utf8 ? Buffer.from(normalized(Buffer.from(octets, 'latin1').toString('utf8'), 'NFC')).toString('latin1') : octets

/** A name as an astring, quoted only where it has to be. */
export const quotedName = (label: string): string =>
  /^[!#$&'+-[\]-z|}~]+$/.test(label) && !/^nil$/i.test(label) ? label : `"${label.replace(/["\\]/g, '\\$&')}"`

export const folderText = (path: string, dialect: ImapDialect): string => quotedName(folderLabel(path, dialect))

export const folderNamed = async (mailbox: Mailbox, path: string): Promise<Folder> =>
  (await mailbox.folder(path)) ?? refuse('no-such-thing', 'There is no such folder')

/** The folder that messages are to go to. RFC 3501 §6.3.11: the client is told to make it, unless nobody can. */
export async function destination(mailbox: Mailbox, path: string): Promise<Folder> {
  const nameless = path.replace(/\/$/, '').split(SEPARATOR).includes('')
  const code = nameless ? 'CANNOT' : 'TRYCREATE'
  return (await mailbox.folder(path)) ?? refuse('no-such-thing', 'There is no such folder', { code })
}

/** A name that no folder can have is well-formed IMAP, and refused with NO. */
export const naming = <T>(work: Promise<T>): Promise<T> =>
  work.catch((thrown: unknown) => {
    if (thrown instanceof Refusal && thrown.reason === 'bad-syntax') refuse('unsupported', thrown.message)
    throw thrown
  })

/** RFC 8474 §4: a folder's id, which it keeps under any name and which no other ever has. */
export const mailboxId = (folder: FolderId): string => `F${folder}`
