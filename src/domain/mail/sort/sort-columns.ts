import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import type { Engine, Sql } from '../../../storage/engine.ts'
import { refuse } from '../../../core/refusal.ts'
import type { MailLimits } from '../limits.ts'
import type { FolderIndexes } from '../index/folder-indexes.ts'
import type { FolderIndex, SortCriterion } from '../types.ts'
import { KeyColumn, LinkColumn } from './key-column.ts'
import { makeSortKeys } from './sort-keys.ts'

/** A column with more removed messages than this, plus the existing ones, is built again. */
const MOST_GONE = 1000

interface Column {
  readonly octets: number
  readonly uids: readonly Uid[]
  /** Calls `grown` in between. An error that it throws ends the work. */
  catchUp(rows: Sql, folder: FolderId, before: Uid, grown: () => void): Promise<void>
}

interface Held {
  column: Column
  /** The column has all messages with smaller UIDs. */
  upTo: Uid
  /** Operations on the column, one after another. */
  lane: Promise<unknown>
  octets: number
  /** True while it adds messages and must not be dropped. */
  growing: boolean
}

/** The parts of an open mailbox that sorting and threading need. */
export interface SortContext {
  readonly id: MailboxId
  readonly revoked: AbortSignal
  readonly indexes: FolderIndexes
  readonly sortColumns: SortColumns
}

/** Sort keys and links of folders, within a budget. The least recently used column is dropped first. */
export class SortColumns {
  readonly #engine: Engine
  readonly #budget: number
  readonly #most: number
  readonly #held = new Map<string, Held>()
  #octets = 0

  constructor(engine: Engine, { sortOctets, sortWorkOctets }: Pick<MailLimits, 'sortOctets' | 'sortWorkOctets'>) {
    this.#engine = engine
    this.#budget = sortOctets
    this.#most = sortWorkOctets
  }

  /** A key of all messages that the index has now. */
  keys(index: FolderIndex, key: SortCriterion, signal?: AbortSignal): Promise<KeyColumn> {
    return this.#caughtUp(index, key, () => new KeyColumn(key), signal)
  }

  /** The links of all messages that the index has now. */
  links(index: FolderIndex, signal?: AbortSignal): Promise<LinkColumn> {
    return this.#caughtUp(index, 'links', () => new LinkColumn(), signal)
  }

  async #caughtUp<C extends Column>(
    index: FolderIndex,
    kind: string,
    make: () => C,
    signal: AbortSignal | undefined,
  ): Promise<C> {
    const name = `${index.folder} ${kind}`
    const held = this.#held.get(name) ?? {
      ...empty(make()),
      lane: Promise.resolve(),
      octets: 0,
      growing: false,
    }
    this.#held.delete(name)
    this.#held.set(name, held)
    const { uidNext } = index
    const work = held.lane.then(async () => {
      if (held.column.uids.length > 2 * index.count + MOST_GONE) Object.assign(held, empty(make()))
      const column = held.column as C
      if (held.upTo >= uidNext) return column
      held.growing = true
      await makeSortKeys(this.#engine, index, held.upTo, signal)
      await column.catchUp(this.#engine.sql, index.folder, uidNext, () => {
        signal?.throwIfAborted()
        this.#weigh(name, held)
        this.#refuseTooMuch()
      })
      held.upTo = uidNext
      held.growing = false
      return column
    })
    held.lane = work.catch(() => {
      // The state of the column is not known. The next caller builds it again.
      Object.assign(held, empty(make()), { growing: false })
      this.#weigh(name, held)
    })
    const column = await work
    this.#weigh(name, held)
    return column
  }

  /** Senders can make keys of any length, and any number of them. */
  #refuseTooMuch(): void {
    if (this.#octets <= this.#most) return
    refuse('too-big', 'There is more than can be sorted at the moment', { code: 'LIMIT' })
  }

  #weigh(name: string, held: Held): void {
    if (this.#held.get(name) !== held) return
    this.#octets += held.column.octets - held.octets
    held.octets = held.column.octets
    for (const [oldest, { octets, growing }] of this.#held) {
      if (this.#octets <= this.#budget) return
      if (growing) continue
      this.#held.delete(oldest)
      this.#octets -= octets
    }
  }
}

const empty = (column: Column): Pick<Held, 'column' | 'upTo'> => ({ column, upTo: 0 as Uid })
