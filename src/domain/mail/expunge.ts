import type { FolderId, ModSeq, Uid } from '../../core/ids.ts'
import { sql, type Statements } from '../../storage/engine.ts'
import { type MailboxContext, write } from './mailbox-context.ts'
import type { MailTx } from './mail-tx.ts'
import { deletedAfter, folderEntries, type FolderEntry } from './folder-entries.ts'
import { refuseLost } from './maildrops.ts'
import { portions } from './portions.ts'
import { DELETED, type ExpungeResult, type FolderIndex, type MaildropLock } from './types.ts'
import { ascending } from './uids.ts'

/** Messages that one write removes, so that other writes can run in between. */
const TOGETHER = 1024

/** RFC 4315 §2.1: with UIDs, removes only messages that are both named and `\Deleted`. */
export async function expunge(box: MailboxContext, folder: FolderId, uids?: readonly Uid[]): Promise<ExpungeResult> {
  // Most EXPUNGE and CLOSE commands have nothing to remove. They should not cost a write.
  const row = await box.engine.sql.first<{ modseq: ModSeq; deleted: number }>(
    sql`select modseq, deleted from mail_folder where id = ${folder} and mailbox = ${box.id}`,
  )
  if (row?.deleted === 0) return { uids: [], modSeq: row.modseq }
  if (!uids) return expungeAll(box, folder)
  return takeOut(box, folder, ascending(uids), ({ flags }) => (flags.system & DELETED) !== 0)
}

/** Removes messages whatever their flags. */
export const remove = (
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
  lock?: MaildropLock,
): Promise<ExpungeResult> => takeOut(box, folder, ascending(uids), () => true, lock)

async function takeOut(
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
  which: (placed: FolderEntry) => boolean,
  lock?: MaildropLock,
): Promise<ExpungeResult> {
  const taken: ExpungeResult[] = []
  for (const portion of portions(uids, TOGETHER)) {
    taken.push(
      await write(box, function* (tx) {
        if (lock) yield* refuseLost(box.id, lock)
        return yield* take(tx, folder, (yield* folderEntries(folder, portion)).filter(which))
      }),
    )
  }
  return all(taken)
}

/**
 * Goes through the folder once, in ascending order. Messages behind the current position that are flagged in the
 * meantime stay.
 */
async function expungeAll(box: MailboxContext, folder: FolderId): Promise<ExpungeResult> {
  const taken: ExpungeResult[] = []
  for (let after = 0; ;) {
    const expunged = await write(box, function* (tx) {
      const index = box.indexes.current(box.id, folder, (tx.modSeq - 1) as ModSeq)
      const marked = index ? deletedIn(index, after, TOGETHER) : yield* deletedAfter(folder, after, TOGETHER)
      return yield* take(tx, folder, yield* folderEntries(folder, marked.slice(0, TOGETHER)))
    })
    taken.push(expunged)
    if (expunged.uids.length < TOGETHER) return all(taken)
    after = expunged.uids[TOGETHER - 1]!
  }
}

function deletedIn(index: FolderIndex, after: number, wanted: number): readonly Uid[] {
  const found: Uid[] = []
  for (let at = index.rank((after + 1) as Uid); at < index.count && found.length < wanted; at++) {
    if (index.flagsAt(at).system & DELETED) found.push(index.uidAt(at))
  }
  return found
}

function* take(tx: MailTx, folder: FolderId, placed: readonly FolderEntry[]): Statements<ExpungeResult> {
  const { highestModSeq } = yield* tx.folder(folder)
  yield* tx.take(folder, placed, 'dropped')
  return { uids: placed.map(({ uid }) => uid), modSeq: tx.hasLines ? tx.modSeq : highestModSeq }
}

const all = (taken: readonly ExpungeResult[]): ExpungeResult => ({
  uids: taken.flatMap(({ uids }) => uids),
  modSeq: taken.at(-1)!.modSeq,
})
