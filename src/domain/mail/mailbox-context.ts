import type { MailboxId } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import type { Engine, Statements, Write } from '../../storage/engine.ts'
import type { FolderIndexes } from './index/folder-indexes.ts'
import { pruneJournal } from './journal/retention.ts'
import type { MailLimits } from './limits.ts'
import { MailTx } from './mail-tx.ts'
import type { MailHooks } from './hooks.ts'
import type { Maildrops } from './maildrops.ts'
import type { ChunkReader } from './metadata/chunk-reader.ts'
import type { RefusedOctets } from './quota/refused-octets.ts'
import type { Reservations } from './quota/reservations.ts'
import { refuseRevoked } from './revoked.ts'
import type { SearchIndex } from './search/search.ts'
import type { SortColumns } from './sort/sort-columns.ts'
import type { Summariser } from './summary/summariser.ts'

/** What every mailbox of a store shares. */
export interface MailContext {
  readonly engine: Engine
  readonly world: World
  readonly limits: MailLimits
  readonly indexes: FolderIndexes
  readonly maildrops: Maildrops
  readonly summariser: Summariser
  /** Quota that messages take which are being stored. */
  readonly reservations: Reservations
  readonly refusedOctets: RefusedOctets
  readonly sortColumns: SortColumns
  readonly chunks: ChunkReader
  readonly searchIndex: SearchIndex
  /** What the features do when a mailbox is written. */
  readonly hooks: MailHooks
  /** A folder's messages were left behind for somebody to clear away. */
  readonly littered: () => void
}

/** One opened mailbox, as its verbs see it. */
export interface MailboxContext extends MailContext {
  readonly id: MailboxId
  readonly revoked: AbortSignal
}

/**
 * The only way to change a mailbox. Resolves when the change is durable and every open index has taken it in;
 * gives notice after the commit and never before. It may be part of a larger transaction, which `through` writes.
 */
export async function write<T>(
  box: MailboxContext,
  work: (tx: MailTx) => Statements<T>,
  through: Write = (whole) => box.engine.sql.write(whole),
): Promise<T> {
  const { result, tx } = await through(function* () {
    // It may have waited in the queue for a while.
    refuseRevoked(box)
    const tx = yield* MailTx.begin(box.id, box.world.now(), box.hooks)
    const result = yield* work(tx)
    yield* tx.end()
    yield* pruneJournal(tx, box.limits)
    return { result, tx }
  })
  await tell(box, tx)
  return result
}

/** Tells of a write that is durable. Resolves when every open index has taken it in. */
export async function tell({ engine, indexes, hooks }: MailContext, tx: MailTx): Promise<void> {
  if (!tx.told) return
  const knowing = indexes.hear(tx.mailbox, tx.lines)
  engine.notifier.notify(tx.mailbox, knowing)
  if (!knowing) await indexes.caughtUp(tx.mailbox)
  hooks.committed(tx.taken)
  engine.blobs.dropped(tx.dropped)
}
