import type { FolderId, Uid } from '../../../core/ids.ts'
import { whileAllowed } from '../revoked.ts'
import type { SortOrder } from '../types.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import { byRanks, runInSteps, type Key } from './ranks.ts'
import { placesOf } from './key-column.ts'
import type { SortContext } from './sort-columns.ts'

/** Up to this number, all keys are sorted in one turn of the event loop. */
const FEW = 2048

/** The ascending UIDs, sorted by the keys. Skips messages that do not exist. `given` cancels long work. */
export async function sort(
  box: SortContext,
  folder: FolderId,
  uids: readonly Uid[],
  order: readonly SortOrder[],
  given?: AbortSignal,
): Promise<readonly Uid[]> {
  const signal = whileAllowed(box, given)
  const opened = await box.indexes.open(box.id, folder)
  try {
    const columns = await Promise.all(order.map(({ by }) => box.sortColumns.keys(opened.index, by, signal)))
    // A column may know more messages than another. The messages that all of them know are sorted.
    const known = columns.reduce((left, { uids }) => among(uids, left), uids)
    const keys: Key[] = []
    for (const [nth, column] of columns.entries()) {
      // Read at one moment: a column grows in the meantime, and all of its ranks change together.
      keys.push({ ranks: column.ranksOf(known), different: column.different, reverse: order[nth]!.reverse })
      if (known.length > FEW) await yieldToEventLoop()
    }
    return Array.from(await runInSteps(byRanks(known.length, keys), signal), (nth) => known[nth]!)
  } finally {
    opened.close()
  }
}

/** The UIDs that are known, of ascending ones. */
export function among(known: readonly Uid[], uids: readonly Uid[]): readonly Uid[] {
  const places = placesOf(known, uids)
  return places.includes(-1) ? uids.filter((_, nth) => places[nth]! >= 0) : uids
}
