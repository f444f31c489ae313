import type { FolderId, Uid } from '../../core/ids.ts'
import type { Statements } from '../../storage/engine.ts'
import { type MailboxContext, write } from './mailbox-context.ts'
import { allCopied, copyInto } from './copy.ts'
import type { MailLimits } from './limits.ts'
import type { MailTx } from './mail-tx.ts'
import { placedAfter, placedAmong } from './message-placement.ts'
import { portions } from './portions.ts'
import type { Copied } from './types.ts'
import { ascending } from './journal/uid-text.ts'

/**
 * RFC 6851 §3.3: each message is in one of the two folders at any moment, never in both and never in none. A write for each
 * portion: who else wants to write does not wait for all of them.
 */
export async function move(box: MailboxContext, folder: FolderId, uids: readonly Uid[], to: FolderId): Promise<Copied> {
  const moved: Copied[] = []
  for (const portion of portions(ascending(uids))) {
    const copied = await write(box, function* (tx) {
      yield* tx.folder(folder)
      const sources = yield* placedAmong(folder, portion)
      const copied = yield* copyInto(tx, sources, to, box.limits)
      yield* tx.take(folder, sources, 'kept')
      return copied
    })
    moved.push(copied)
  }
  return allCopied(moved)
}

/** Moves whatever a folder holds. */
export function* moveAll(tx: MailTx, folder: FolderId, to: FolderId, limits: MailLimits): Statements<void> {
  for (;;) {
    const sources = yield* placedAfter(folder, 0)
    if (sources.length === 0) return
    yield* copyInto(tx, sources, to, limits)
    yield* tx.take(folder, sources, 'kept')
  }
}
