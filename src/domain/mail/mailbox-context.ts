import type { MailboxId } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import type { Engine, Statements, Write } from '../../storage/engine.ts'
import type { FolderIndexes } from './index/folder-indexes.ts'
import { pruneJournal } from './journal/retention.ts'
import type { MailLimits } from './limits.ts'
import { MailTx } from './mail-tx.ts'
import type { Numbers } from './numbers.ts'
import type { MailHooks } from './hooks.ts'
import type { ItemColumns } from './item-columns.ts'
import type { Maildrops } from './maildrops.ts'
import type { ChunkReader } from './metadata/chunk-reader.ts'
import type { RefusedOctets } from './quota/refused-octets.ts'
import type { Reservations } from './quota/reservations.ts'
import { refuseRevoked } from './revoked.ts'
import type { SearchIndex } from './search/search.ts'
import type { SortColumns } from './sort/sort-columns.ts'
import type { Summariser } from './summary/summariser.ts'

/** The parts that all mailboxes of a store share. */
export interface MailContext {
  readonly engine: Engine
  readonly world: World
  readonly limits: MailLimits
  readonly indexes: FolderIndexes
  readonly maildrops: Maildrops
  readonly summariser: Summariser
  /** Quota that is reserved for messages that are being stored. */
  readonly reservations: Reservations
  readonly refusedOctets: RefusedOctets
  readonly sortColumns: SortColumns
  readonly chunks: ChunkReader
  readonly searchIndex: SearchIndex
  /** The hooks of the features. */
  readonly hooks: MailHooks
  readonly numbers: Numbers
  /** Figures of messages for lists of items. */
  readonly itemColumns: ItemColumns
  /** Starts the removal of messages that a deleted folder left. */
  readonly littered: () => void
}

/** An open mailbox, as its verbs see it. */
export interface MailboxContext extends MailContext {
  readonly id: MailboxId
  readonly revoked: AbortSignal
}

/**
 * Runs every change of a mailbox. Resolves when the change is durable and every open index has applied it. Notifies
 * after the commit, never before. `through` runs the change as part of a larger transaction.
 */
export async function write<T>(
  box: MailboxContext,
  work: (tx: MailTx) => Statements<T>,
  through: Write = (whole, holds) => box.engine.sql.write(whole, holds),
): Promise<T> {
  const { result, tx } = await through(
    function* () {
      // The write may have waited in the queue.
      refuseRevoked(box)
      const tx = yield* MailTx.begin(box.id, box.world.now(), box)
      const result = yield* work(tx)
      yield* tx.end()
      yield* pruneJournal(tx, box.limits)
      return { result, tx }
    },
    [box.id],
  )
  await publish(box, tx)
  return result
}

/** Reports a durable write. Resolves when every open index has applied it. */
export async function publish({ engine, indexes, hooks }: MailContext, tx: MailTx): Promise<void> {
  if (!tx.hasLines) return
  const knowing = indexes.hear(tx.mailbox, tx.lines)
  engine.notifier.notify(tx.mailbox, knowing)
  if (!knowing) await indexes.caughtUp(tx.mailbox)
  hooks.committed(tx.mailbox, tx.taken)
  engine.blobs.dropped(tx.dropped)
}
