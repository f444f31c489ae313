import type { FolderId, Uid } from '../../core/ids.ts'
import type { Statements } from '../../storage/engine.ts'
import { inFolderCase } from './flags/flags.ts'
import { ascending } from './uids.ts'
import type { MailLimits } from './limits.ts'
import type { MailTx } from './mail-tx.ts'
import { folderEntries, folderEntriesAfter, type FolderEntry } from './folder-entries.ts'
import { type MailboxContext, write } from './mailbox-context.ts'
import { portions } from './portions.ts'
import type { CopiedUids } from './types.ts'

/** Copies messages with their flags, internal date and content. RFC 9051 §6.4.7: copies all of them or none. */
export async function copy(
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
  to: FolderId,
): Promise<CopiedUids> {
  return write(box, function* (tx) {
    yield* tx.folder(folder)
    const copied: CopiedUids[] = []
    for (const portion of portions(ascending(uids))) {
      const sources = yield* folderEntries(folder, portion)
      const octets = sources.reduce((sum, source) => sum + source.octets, 0)
      yield* tx.grow({ octets, messages: sources.length })
      copied.push(yield* copyInto(tx, sources, to, box.limits))
    }
    return allCopied(copied)
  })
}

/** Moves messages to another folder, or to new UIDs in their own. */
export function* moveInto(
  tx: MailTx,
  folder: FolderId,
  sources: readonly FolderEntry[],
  to: FolderId,
  limits: MailLimits,
): Statements<CopiedUids> {
  const copied = yield* copyInto(tx, sources, to, limits)
  yield* tx.takeMoved({ folder, entries: sources, to, uids: copied.to })
  return copied
}

/** Adds messages to another folder. */
export function* copyInto(
  tx: MailTx,
  sources: readonly FolderEntry[],
  to: FolderId,
  limits: MailLimits,
): Statements<CopiedUids> {
  const { first, uidValidity } = yield* tx.takeUids(to, sources.length)
  const flags = sources.map((source) => source.flags)
  const cased = yield* inFolderCase(to, flags, limits)
  const copies = sources.map((source, at) => ({
    ...source,
    uid: (first + at) as Uid,
    flags: cased(source.flags),
  }))
  yield* tx.add(to, copies)
  return { uidValidity, from: sources.map(({ uid }) => uid), to: copies.map(({ uid }) => uid) }
}

/** Joins the results of all portions. There is at least one. */
const allCopied = (copied: readonly CopiedUids[]): CopiedUids => ({
  uidValidity: copied[0]!.uidValidity,
  from: copied.flatMap(({ from }) => from),
  to: copied.flatMap(({ to }) => to),
})

/**
 * RFC 6851 §3.3: each message is in exactly one of the two folders at any moment. Each portion is a write of its own,
 * so that other writes can run in between.
 */
export async function move(
  box: MailboxContext,
  folder: FolderId,
  uids: readonly Uid[],
  to: FolderId,
): Promise<CopiedUids> {
  const moved: CopiedUids[] = []
  for (const portion of portions(ascending(uids))) {
    const copied = await write(box, function* (tx) {
      yield* tx.folder(folder)
      return yield* moveInto(tx, folder, yield* folderEntries(folder, portion), to, box.limits)
    })
    moved.push(copied)
  }
  return allCopied(moved)
}

/** Moves all messages of a folder. */
export function* moveAll(tx: MailTx, folder: FolderId, to: FolderId, limits: MailLimits): Statements<void> {
  for (;;) {
    const sources = yield* folderEntriesAfter(folder, 0)
    if (sources.length === 0) return
    yield* moveInto(tx, folder, sources, to, limits)
  }
}
