import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { enablingCondstore } from '../view/condstore.ts'
import type { Selected } from '../state.ts'
import { folderText, mailboxId } from './folder-name.ts'
import type { ImapDialect } from '../dialect.ts'
import { FolderView } from '../view/folder-view.ts'
import type { ImapReply } from '../reply/reply.ts'
import type { FolderSession } from '../conversation/session-contracts.ts'
import { folderUpdates } from '../view/folder-updates.ts'

const observed = ['MESSAGES', 'RECENT', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN', 'SIZE'] as const
/** RFC 7162 §3.1.7, RFC 9051 §6.3.11, RFC 7889 §2.2, RFC 8474 §4.3. */
const items = [...observed, 'HIGHESTMODSEQ', 'DELETED', 'DELETED-STORAGE', 'APPENDLIMIT', 'MAILBOXID'] as const

export type StatusItem = (typeof items)[number]
type Value = (folder: Folder) => number | string | Promise<number>

/** Reads RFC 3501 §9 `status-att` in parentheses. */
export const readStatusItems = (reader: ImapReader, { exchange }: ImapDialect): readonly StatusItem[] =>
  reader.list(() => {
    const word = reader.word()
    const known: readonly StatusItem[] = exchange ? observed : items
    return known.find((item) => item === word) ?? refuse('bad-syntax', `Unknown STATUS item ${word}`)
  })

/** Yields the STATUS response that a client requested. RFC 7162 §3.1: HIGHESTMODSEQ enables CONDSTORE. */
export async function* requestedStatusItems(
  session: FolderSession,
  mailbox: Mailbox,
  folder: Folder,
  requested: readonly StatusItem[],
): AsyncGenerator<ImapReply> {
  if (requested.includes('HIGHESTMODSEQ')) yield* enablingCondstore(session)
  yield* statusOf(session, mailbox, folder, requested)
}

/**
 * Yields the STATUS response of a folder. For the selected folder it first yields pending updates, and counts what the
 * client counts.
 */
export async function* statusOf(
  session: FolderSession,
  mailbox: Mailbox,
  folder: Folder,
  requested: readonly StatusItem[],
): AsyncGenerator<ImapReply> {
  const { selected, dialect } = session
  const open = selected?.folder.id === folder.id ? selected : undefined
  if (open) yield* folderUpdates(session, mailbox, open, { mayExpunge: session.wire.pending === 0 })
  const values: Record<StatusItem, Value> = {
    ...(open ? counted(open) : stored(mailbox)),
    SIZE: ({ octets }) => octets,
    // RFC 9208 §4.1.4, in units of STORAGE.
    'DELETED-STORAGE': async ({ id }) => Math.ceil((await mailbox.deletedOctets(id)) / 1024),
    APPENDLIMIT: () => session.deps.settings.message_octets,
    MAILBOXID: ({ id }) => `(${mailboxId(id)})`,
  }
  const parts: string[] = []
  for (const item of requested) parts.push(`${item} ${await values[item](folder)}`)
  yield `* STATUS ${folderText(folder.path, dialect)} (${parts.join(' ')})\r\n`
}

type Counts = Record<Exclude<StatusItem, 'SIZE' | 'DELETED-STORAGE' | 'APPENDLIMIT' | 'MAILBOXID'>, Value>

function counted({ view }: Selected): Counts {
  const { index } = view
  const count = (bit: number, set: boolean): number => {
    let found = 0
    for (let position = 0; position < index.count; position++) {
      if (((index.flagsAt(position).system & bit) !== 0) === set) found += 1
    }
    return found
  }
  return {
    MESSAGES: () => view.count,
    RECENT: () => view.recentCount,
    UIDNEXT: () => index.uidNext,
    UIDVALIDITY: () => index.uidValidity,
    UNSEEN: () => count(SEEN, false),
    DELETED: () => count(DELETED, true),
    HIGHESTMODSEQ: () => view.reportedUpTo,
  }
}

// The bits of flags (RFC 9051 §2.3.2) in the store.
const SEEN = 1
const DELETED = 8

const stored = (mailbox: Mailbox): Counts => ({
  MESSAGES: ({ count }) => count,
  RECENT: (folder) => recentOf(mailbox, folder),
  UIDNEXT: ({ uidNext }) => uidNext,
  UIDVALIDITY: ({ uidValidity }) => uidValidity,
  UNSEEN: ({ unseen }) => unseen,
  DELETED: ({ deleted }) => deleted,
  HIGHESTMODSEQ: ({ highestModSeq }) => highestModSeq,
})

/** Counts recent messages without claiming them: they stay recent for the session that selects the folder. */
async function recentOf(mailbox: Mailbox, folder: Folder): Promise<number> {
  const open = await mailbox.open(folder.id)
  const { recentCount } = new FolderView(open.index, { claims: false })
  open.close()
  return recentCount
}
