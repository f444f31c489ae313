import { readEntries } from '../../../codecs/imap/metadata.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../state.ts'
import { metadataOf, myRightsLine } from './rights.ts'
import type { ImapReply } from '../reply/reply.ts'
import type { ImapSession } from '../conversation/session.ts'
import { readStatusItems, type StatusItem, requestedStatusItems } from './status-items.ts'

/** RFC 5258 §3.2, RFC 5819 §2: what is told of each name that is listed. */
export type ListReturn =
  | { readonly tell: 'SUBSCRIBED' | 'CHILDREN' | 'SPECIAL-USE' }
  | { readonly tell: 'STATUS'; readonly items: readonly StatusItem[] }
  /** RFC 8440. */
  | { readonly tell: 'MYRIGHTS' }
  /** RFC 9590. */
  | { readonly tell: 'METADATA'; readonly entries: readonly string[] }

export function readListReturn(name: string, reader: ImapReader, dialect: ImapDialect): ListReturn {
  switch (name) {
    // Children and special use are told to everybody.
    case 'SUBSCRIBED':
    case 'CHILDREN':
    case 'SPECIAL-USE':
      return { tell: name }
    case 'STATUS':
      return { tell: name, items: readStatusItems(reader.space(), dialect) }
    case 'MYRIGHTS':
      return { tell: name }
    case 'METADATA':
      return { tell: name, entries: readEntries(reader.space()) }
    default:
      return refuse('bad-syntax', `There is no return option ${name}`)
  }
}

/** What is said after a folder's LIST line. */
export async function* listReturnLines(
  session: ImapSession,
  mailbox: Mailbox,
  folder: Folder,
  returns: readonly ListReturn[],
): AsyncGenerator<ImapReply> {
  for (const it of returns) {
    if (it.tell === 'STATUS') yield* requestedStatusItems(session, mailbox, folder, it.items)
    else if (it.tell === 'MYRIGHTS') yield myRightsLine(folder, session.dialect)
    else if (it.tell === 'METADATA') {
      const asked = { entries: it.entries, options: { depth: 0, maxSize: undefined } } as const
      yield (await metadataOf(mailbox, folder, asked, session.dialect)).line ?? ''
    }
  }
}
