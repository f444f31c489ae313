import type { FolderId, ModSeq, Uid } from '../../core/ids.ts'
import { ask, sql, type Statements } from '../../storage/engine.ts'
import { type MailboxContext, write } from './mailbox-context.ts'
import { FlagSorting } from './flags/flag-sorting.ts'
import { checkedFlags, flagsKey, flagsOf, inFolderCase } from './flags/flags.ts'
import type { MailLimits } from './limits.ts'
import { uidStatements } from './uid-statements.ts'
import type { FlagChange, Flags, FolderIndex, StoreResult } from './types.ts'
import { ascending } from './uids.ts'

interface StateRow {
  readonly uid: Uid
  readonly modseq: ModSeq
  readonly system: number
  readonly keywords: string
}

export async function store(
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
  change: FlagChange,
  unchangedSince?: ModSeq,
): Promise<StoreResult> {
  const asked = { mode: change.mode, flags: checkedFlags(change.flags, box.limits) }
  const wanted = ascending(uids)
  const sorted = () => sortedAhead(box, folder, wanted, asked, unchangedSince)
  let ahead = sorted()
  // Clients often set flags that are already set. That should not cost a write.
  if (ahead?.sorting.idle) {
    // Another node may have changed them, and this one has not heard of it yet.
    await box.indexes.caughtUp(box.id)
    ahead = sorted()
    if (ahead?.sorting.idle) return storedBy(ahead.sorting, ahead.index.highestModSeq, false)
  }
  return write(box, function* (tx) {
    const index = box.indexes.current(box.id, folder, (tx.modSeq - 1) as ModSeq)
    const { highestModSeq } = index ?? (yield* tx.folder(folder))
    if (index && ahead?.mark === index.mark) {
      yield* tx.setFlags(folder, ahead.sorting)
      return storedBy(ahead.sorting, tx.modSeq, true)
    }
    const sorting = new FlagSorting(yield* inCase(folder, asked, box.limits), unchangedSince, box.limits)
    if (index) sortIndexed(index, wanted, sorting)
    else yield* sortRows(folder, wanted, sorting)
    yield* tx.setFlags(folder, sorting)
    return storedBy(sorting, tx.hasLines ? tx.modSeq : highestModSeq, tx.hasLines)
  })
}

/**
 * Computes the change from the index in memory, if a caller has it open. The result is valid for a write that finds the
 * same mark.
 */
function sortedAhead(
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
  asked: FlagChange,
  unchangedSince?: ModSeq,
) {
  const index = box.indexes.opened(box.id, folder)
  // The rows of the folder define the case of a keyword.
  if (!index || asked.flags.keywords.length > 0) return undefined
  const sorting = new FlagSorting(asked, unchangedSince, box.limits)
  sortIndexed(index, uids, sorting)
  return { index, mark: index.mark, sorting }
}

const storedBy = ({ stored, modified }: FlagSorting, modSeq: ModSeq, changed: boolean): StoreResult => ({
  stored: ascending(stored),
  modified: ascending(modified),
  modSeq,
  changed,
})

/** The index has applied all writes before this one, so the rows need not be read. */
function sortIndexed(index: FolderIndex, uids: readonly Uid[], sorting: FlagSorting): void {
  let position = uids.length > 0 ? index.rank(uids[0]!) : 0
  for (const uid of uids) {
    while (position < index.count && index.uidAt(position) < uid) {
      sorting.passOver()
      position++
    }
    if (position === index.count) break
    if (index.uidAt(position) !== uid) continue
    sorting.add(uid, index.modSeqAt(position), index.flagsAt(position))
    position++
  }
}

function* sortRows(folder: FolderId, uids: readonly Uid[], sorting: FlagSorting): Statements<void> {
  const head = sql`select uid, modseq, system, keywords from mail_state where folder = ${folder} and uid`
  const rows: StateRow[] = []
  for (const statement of uidStatements(head, uids)) for (const row of yield* ask<StateRow>(statement)) rows.push(row)
  // Journal lines hold ascending UIDs.
  rows.sort((a, b) => a.uid - b.uid)
  const known = new Map<string, Flags>()
  for (const { uid, modseq, system, keywords } of rows) {
    const key = flagsKey(system, keywords)
    const flags = known.get(key) ?? flagsOf(system, keywords)
    known.set(key, flags)
    // The messages in between are not known here.
    sorting.passOver()
    sorting.add(uid, modseq, flags)
  }
}

function* inCase(folder: FolderId, change: FlagChange, limits: MailLimits): Statements<FlagChange> {
  // Keywords to remove need not exist.
  if (change.mode === 'remove') return change
  const cased = yield* inFolderCase(folder, [change.flags], limits)
  return { mode: change.mode, flags: cased(change.flags) }
}
