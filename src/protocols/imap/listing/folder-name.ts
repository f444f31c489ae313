import { normalized } from '../../../codecs/charset/unicode-casemap.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { decodeUtf7, encodeUtf7 } from '../../../codecs/imap/string.ts'
import type { FolderId } from '../../../core/ids.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'

export const SEPARATOR = '/'

/** Reads the path of a folder. Refuses an invalid name. */
export const readFolderName = (reader: ImapReader, dialect: ImapDialect): string =>
  readRequestedName(reader, dialect).path

/** A folder's path, and its name in the command, one character for each octet. */
export interface RequestedName {
  readonly path: string
  readonly rawName: string
}

export function readRequestedName(reader: ImapReader, dialect: ImapDialect): RequestedName {
  const rawName = reader.astring()
  const path = decodedName(rawName, dialect) ?? refuse('unsupported', 'That is not the name of a folder')
  return { path, rawName }
}

/**
 * Decodes a name in a command, one character for each octet: modified UTF-7 (RFC 3501 §5.1.3), or UTF-8 if that is
 * enabled (RFC 6855 §3, RFC 9051 §5.1). Undefined for an invalid name.
 */
export function decodedName(octets: string, { utf8 }: ImapDialect): string | undefined {
  if (!utf8) return decodeUtf7(octets)
  const name = Buffer.from(octets, 'latin1').toString('utf8')
  return name.includes('\ufffd') ? undefined : normalized(name, 'NFC')
}

/**
 * The name of a folder for the client, one character for each octet. RFC 3501 §5.1: INBOX, which Exchange Online writes
 * as Inbox.
 */
export function folderLabel(path: string, { exchange, utf8 }: ImapDialect): string {
  const name = exchange ? path : path.replace(/^Inbox(?=\/|$)/, 'INBOX')
  return utf8 ? Buffer.from(name).toString('latin1') : encodeUtf7(name)
}

/** A pattern in the encoding of {@link folderLabel}. */
export const patternText = (octets: string, { utf8 }: ImapDialect): string =>
  utf8 ? Buffer.from(normalized(Buffer.from(octets, 'latin1').toString('utf8'), 'NFC')).toString('latin1') : octets

/** A name as an astring, quoted only if necessary. */
export const quotedName = (label: string): string =>
  /^[!#$&'+-[\]-z|}~]+$/.test(label) && !/^nil$/i.test(label) ? label : `"${label.replace(/["\\]/g, '\\$&')}"`

export const folderText = (path: string, dialect: ImapDialect): string => quotedName(folderLabel(path, dialect))

export const folderNamed = async (mailbox: Mailbox, path: string): Promise<Folder> =>
  (await mailbox.folder(path)) ?? refuse('no-such-thing', 'The folder does not exist')

/**
 * The destination folder of messages. RFC 3501 §6.3.11: refuses with TRYCREATE, or with CANNOT if the name is invalid.
 */
export async function destination(mailbox: Mailbox, path: string): Promise<Folder> {
  const nameless = path.replace(/\/$/, '').split(SEPARATOR).includes('')
  const code = nameless ? 'CANNOT' : 'TRYCREATE'
  return (await mailbox.folder(path)) ?? refuse('no-such-thing', 'The folder does not exist', { code })
}

/** Turns the refusal of an invalid name from BAD to NO: the command was well-formed. */
export const naming = <T>(work: Promise<T>): Promise<T> =>
  work.catch((thrown: unknown) => {
    if (thrown instanceof Refusal && thrown.reason === 'bad-syntax') refuse('unsupported', thrown.message)
    throw thrown
  })

/** RFC 8474 §4: the id of a folder, which never changes and is never reused. */
export const mailboxId = (folder: FolderId): string => `F${folder}`
