import type { FolderId, MailboxId, ModSeq, Uid } from '../../core/ids.ts'
import { type Sql, sql } from '../../storage/engine.ts'
import { flagsKey, flagsOf } from './flags.ts'
import { type FolderFacts, type IndexHooks, MemoryIndex } from './folder-index.ts'
import { linesSince } from './lines-since.ts'
import type { Flags } from './types.ts'

/** Rows read at a time. */
const PIECE = 20_000

/** A folder's index as its rows and the journal have it, or undefined when there is no such folder in the mailbox. */
export async function loadIndex(
  rows: Sql,
  mailbox: MailboxId,
  folder: FolderId,
  hooks: IndexHooks,
): Promise<MemoryIndex | undefined> {
  for (;;) {
    const facts = await factsOf(rows, mailbox, folder)
    if (!facts) return undefined
    const index = new MemoryIndex(facts, hooks)
    await readStates(rows, index)
    // The pieces were read at different moments: the journal since before the first of them makes them one.
    const news = await linesSince(rows, mailbox, facts.mark)
    if (!news) return undefined
    if (news.tail > facts.mark) continue
    for (const line of news.lines) index.take(line)
    index.markAt(news.now)
    return index.gone ? undefined : index
  }
}

async function factsOf(rows: Sql, mailbox: MailboxId, folder: FolderId): Promise<FolderFacts | undefined> {
  const row = await rows.first<{ uidvalidity: number; uidnext: Uid; modseq: ModSeq; first_recent: Uid; mark: ModSeq }>(
    sql`select f.uidvalidity, f.uidnext, f.modseq, f.first_recent, m.modseq as mark
        from mail_folder f join mail_mailbox m on m.mailbox = f.mailbox
        where f.id = ${folder} and f.mailbox = ${mailbox}`,
  )
  return (
    row && {
      folder,
      uidValidity: row.uidvalidity,
      uidNext: row.uidnext,
      highestModSeq: row.modseq,
      firstRecent: row.first_recent,
      mark: row.mark,
    }
  )
}

/** What arrives from now on has a UID past the bound and comes by the journal, in order. */
async function readStates(rows: Sql, index: MemoryIndex): Promise<void> {
  const bound = index.uidNext
  const known = new Map<string, Flags>()
  const flags = (system: number, keywords: string): Flags => {
    const key = flagsKey(system, keywords)
    const found = known.get(key) ?? flagsOf(system, keywords)
    known.set(key, found)
    return found
  }
  for (let last = 0; ;) {
    const piece = await rows.all<{ uid: Uid; modseq: ModSeq; system: number; keywords: string }>(
      sql`select uid, modseq, system, keywords from mail_state
          where folder = ${index.folder} and uid > ${last} and uid < ${bound} order by uid limit ${PIECE}`,
    )
    index.load(
      piece.map(({ uid, modseq, system, keywords }) => ({ uid, modSeq: modseq, flags: flags(system, keywords) })),
    )
    if (piece.length < PIECE) return
    last = piece.at(-1)!.uid
  }
}
