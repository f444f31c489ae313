import type { FolderId, Uid } from '../../core/ids.ts'
import type { Statements } from '../../storage/engine.ts'
import { type Box, write } from './box.ts'
import { copyInto } from './copy.ts'
import type { MailLimits } from './limits.ts'
import type { MailTx } from './mail-tx.ts'
import { everyPlaced, placedAmong } from './placed.ts'
import type { Copied } from './types.ts'
import { ascending } from './uid-text.ts'

/** RFC 6851 §3.3: each message is in one of the two folders at any moment, never in both and never in none. */
export async function move(box: Box, folder: FolderId, uids: readonly Uid[], to: FolderId): Promise<Copied> {
  return write(box, function* (tx) {
    yield* tx.folder(folder)
    const sources = yield* placedAmong(folder, ascending(uids))
    const copied = yield* copyInto(tx, sources, to, box.limits)
    yield* tx.take(folder, sources, 'kept')
    return copied
  })
}

/** Moves whatever a folder holds. */
export function* moveAll(tx: MailTx, folder: FolderId, to: FolderId, limits: MailLimits): Statements<void> {
  const sources = yield* everyPlaced(folder)
  yield* copyInto(tx, sources, to, limits)
  yield* tx.take(folder, sources, 'kept')
}
