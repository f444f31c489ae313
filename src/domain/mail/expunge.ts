import type { FolderId, ModSeq, Uid } from '../../core/ids.ts'
import { sql, type Statements } from '../../storage/engine.ts'
import { type Box, write } from './box.ts'
import type { Placed } from './mail-tx.ts'
import { deletedPlaced, placedAmong } from './placed.ts'
import { DELETED, type Expunged } from './types.ts'
import { ascending } from './uid-text.ts'

/** RFC 4315 §2.1: with UIDs, only those that are both named and `\Deleted`. */
export async function expunge(box: Box, folder: FolderId, uids?: readonly Uid[]): Promise<Expunged> {
  // Most clients end with an EXPUNGE or CLOSE that has nothing to do: that shall not cost a write.
  const row = await box.engine.sql.first<{ modseq: ModSeq; deleted: number }>(
    sql`select modseq, deleted from mail_folder where id = ${folder} and mailbox = ${box.id}`,
  )
  if (row?.deleted === 0) return { uids: [], modSeq: row.modseq }
  return takeOut(box, folder, () => deletedAmong(folder, uids))
}

/** Whatever the flags. */
export function remove(box: Box, folder: FolderId, uids: readonly Uid[]): Promise<Expunged> {
  return takeOut(box, folder, () => placedAmong(folder, ascending(uids)))
}

function* deletedAmong(folder: FolderId, uids: readonly Uid[] | undefined): Statements<readonly Placed[]> {
  if (!uids) return yield* deletedPlaced(folder)
  const placed = yield* placedAmong(folder, ascending(uids))
  return placed.filter(({ flags }) => flags.system & DELETED)
}

function takeOut(box: Box, folder: FolderId, which: () => Statements<readonly Placed[]>): Promise<Expunged> {
  return write(box, function* (tx) {
    const { highestModSeq } = yield* tx.folder(folder)
    const placed = yield* which()
    yield* tx.take(folder, placed, 'dropped')
    return { uids: placed.map(({ uid }) => uid), modSeq: tx.told ? tx.modSeq : highestModSeq }
  })
}
