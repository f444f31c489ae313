import type { FolderId, Uid } from '../../core/ids.ts'
import type { Statements } from '../../storage/engine.ts'
import { type Box, write } from './box.ts'
import { inFolderCase } from './keyword-case.ts'
import type { MailLimits } from './limits.ts'
import type { MailTx, Placed } from './mail-tx.ts'
import { placedAmong } from './placed.ts'
import { refuseOverQuota } from './quota/quota.ts'
import type { Copied } from './types.ts'
import { ascending } from './uid-text.ts'

/** Flags, internal date and content stay what they are. */
export async function copy(box: Box, folder: FolderId, uids: readonly Uid[], to: FolderId): Promise<Copied> {
  return write(box, function* (tx) {
    yield* tx.folder(folder)
    const sources = yield* placedAmong(folder, ascending(uids))
    const octets = sources.reduce((sum, source) => sum + source.octets, 0)
    yield* refuseOverQuota(tx, box.limits, { octets, messages: sources.length })
    return yield* copyInto(tx, sources, to, box.limits)
  })
}

/** Gives messages a second place. */
export function* copyInto(
  tx: MailTx,
  sources: readonly Placed[],
  to: FolderId,
  limits: MailLimits,
): Statements<Copied> {
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
