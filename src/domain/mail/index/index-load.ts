import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type Sql, sql } from '../../../storage/engine.ts'
import { flagsKey, flagsOf } from '../flags/flags.ts'
import { type FolderFacts, type IndexHooks, MemoryIndex } from './folder-index.ts'
import { linesSince } from '../journal/journal.ts'
import { type PackedIndex, readPackedIndex } from './index-rows.ts'
import type { Flags } from '../types.ts'

/** Rows that one statement reads. */
const PIECE = 20_000

/**
 * Loads a folder's index from its packed form, or else from its rows, and from the journal. Returns undefined if the
 * mailbox has no such folder.
 */
export async function loadIndex(
  rows: Sql,
  mailbox: MailboxId,
  folder: FolderId,
  hooks: IndexHooks,
): Promise<MemoryIndex | undefined> {
  for (;;) {
    // Read first, so that its mark is not later than the folder's row.
    const packed = await readPackedIndex(rows, folder)
    const claimed = hooks.claimedUpTo(folder)
    const found = await factsOf(rows, mailbox, folder)
    if (!found) return undefined
    const facts = { ...found, firstRecent: Math.max(found.firstRecent, claimed ?? 0) as Uid }
    const index =
      packed && reachable(packed, facts) ? unpacked(packed, facts, hooks) : await fromRows(rows, facts, hooks)
    // The pieces were read at different moments. Applying the journal from before the first piece makes them
    // consistent.
    const news = await linesSince(rows, mailbox, index.mark, folder)
    if (!news) return undefined
    if (news.tail > index.mark) continue
    for (const line of news.lines) index.take(line)
    index.markAt(news.now)
    hooks.changed(index)
    return index.gone ? undefined : index
  }
}

interface Facts extends FolderFacts {
  /** Lines up to here may have been deleted. */
  readonly tail: ModSeq
}

async function factsOf(rows: Sql, mailbox: MailboxId, folder: FolderId): Promise<Facts | undefined> {
  const row = await rows.first<FactsRow>(
    sql`select f.uidvalidity, f.uidnext, f.modseq, f.first_recent, m.modseq as mark, m.journal_tail as tail
        from mail_folder f join mail_mailbox m on m.mailbox = f.mailbox
        where f.id = ${folder} and f.mailbox = ${mailbox}`,
  )
  return (
    row && {
      mailbox,
      folder,
      uidValidity: row.uidvalidity,
      uidNext: row.uidnext,
      highestModSeq: row.modseq,
      firstRecent: row.first_recent,
      mark: row.mark,
      tail: row.tail,
    }
  )
}

interface FactsRow {
  readonly uidvalidity: number
  readonly uidnext: Uid
  readonly modseq: ModSeq
  readonly first_recent: Uid
  readonly mark: ModSeq
  readonly tail: ModSeq
}

/** True if the journal holds all changes after the packed form, or nothing changed. */
const reachable = (packed: PackedIndex, { highestModSeq, tail }: Facts): boolean =>
  highestModSeq <= packed.mark || tail <= packed.mark

function unpacked({ mark, chunks }: PackedIndex, facts: Facts, hooks: IndexHooks): MemoryIndex {
  const unchanged = facts.highestModSeq <= mark
  const index = new MemoryIndex(unchanged ? facts : { ...facts, mark }, hooks)
  index.messages.unpack(chunks)
  index.packedAt = mark
  return index
}

async function fromRows(rows: Sql, facts: Facts, hooks: IndexHooks): Promise<MemoryIndex> {
  const index = new MemoryIndex(facts, hooks)
  await readStates(rows, index)
  return index
}

/** Messages that arrive from now on have UIDs beyond the bound and come through the journal, in order. */
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
    index.messages.append(
      piece.map(({ uid, modseq, system, keywords }) => ({ uid, modSeq: modseq, flags: flags(system, keywords) })),
    )
    if (piece.length < PIECE) return
    last = piece.at(-1)!.uid
  }
}
