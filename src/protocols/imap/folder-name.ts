import { decodeUtf7, encodeUtf7 } from '../../codecs/imap/modified-utf7.ts'
import type { Reader } from '../../codecs/imap/reader.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { Folder, Mailbox } from '../../domain/mail/types.ts'

export const SEPARATOR = '/'

/** A folder's path, from its name in modified UTF-7 (RFC 3501 §5.1.3). Refuses what no folder can be called. */
export const readFolderName = (reader: Reader): string =>
  decodeUtf7(reader.astring()) ?? refuse('unsupported', 'That is not the name of a folder')

/** RFC 3501 §5.1: INBOX; Exchange Online spells it its own way. */
export const folderLabel = (path: string, exchange: boolean): string =>
  encodeUtf7(exchange ? path : path.replace(/^Inbox(?=\/|$)/, 'INBOX'))

/** A name as an astring, quoted only where it has to be. */
export const quotedName = (label: string): string =>
  /^[!#$&'+-[\]-z|}~]+$/.test(label) && !/^nil$/i.test(label) ? label : `"${label.replace(/["\\]/g, '\\$&')}"`

export const folderText = (path: string, exchange: boolean): string => quotedName(folderLabel(path, exchange))

/** The folder of this name. `code` is for commands that could have made it (RFC 3501 §7.1 TRYCREATE). */
export const folderNamed = async (mailbox: Mailbox, path: string, code = 'NONEXISTENT'): Promise<Folder> =>
  (await mailbox.folder(path)) ?? refuse('no-such-thing', 'There is no such folder', { code })

/** A name that no folder can have is well-formed IMAP, and refused with NO. */
export const naming = <T>(work: Promise<T>): Promise<T> =>
  work.catch((thrown: unknown) => {
    if (thrown instanceof Refusal && thrown.reason === 'bad-syntax') refuse('unsupported', thrown.message)
    throw thrown
  })
