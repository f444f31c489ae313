import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FolderId, MailboxId, ModSeq } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { Engine, Unsubscribe } from '../../../storage/engine.ts'
import type { IndexHooks, MemoryIndex } from './folder-index.ts'
import { loadIndex } from './index-load.ts'
import { type Line, linesSince, type JournalLines } from '../journal/journal.ts'

/** An index that is loading or in memory, and the number of callers that have it open. */
export interface Held {
  readonly folder: FolderId
  readonly loaded: Promise<MemoryIndex | undefined>
  index: MemoryIndex | undefined
  users: number
}

interface Parts {
  readonly engine: Engine
  readonly hooks: IndexHooks
  readonly log: Log
  /** An index left the memory: its folder was deleted, or it fell behind while no caller had it open. */
  readonly dropped: (held: Held) => void
}

/** The lines of a write that are applied at once, and the messages after which other work gets a turn. */
const FEW_LINES = 4
const MANY_MESSAGES = 8192

/** Reads the journal of one mailbox for all of its indexes in memory, while at least one of them is open. */
export class MailboxReader {
  readonly mailbox: MailboxId
  readonly #parts: Parts
  readonly #held = new Map<FolderId, Held>()
  #unsubscribe: Unsubscribe | undefined
  #running: Promise<void> = Promise.resolve()
  #queued: Promise<void> | undefined
  /** True while lines of the journal are being applied, with turns of other work in between. */
  #taking = false

  constructor(mailbox: MailboxId, parts: Parts) {
    this.mailbox = mailbox
    this.#parts = parts
  }

  get empty(): boolean {
    return this.#held.size === 0
  }

  /** The folder's index if it is in memory. */
  indexOf(folder: FolderId): MemoryIndex | undefined {
    return this.#held.get(folder)?.index
  }

  /** The folder's index, if a caller has it open. */
  openedIndexOf(folder: FolderId): MemoryIndex | undefined {
    const held = this.#held.get(folder)
    return held && held.users > 0 && held.index && !held.index.gone ? held.index : undefined
  }

  /**
   * Applies the lines of a durable write. Returns the subscription if all open indexes have applied them; undefined if
   * an index has to read earlier lines from the journal first.
   */
  hear(lines: readonly Line[]): Unsubscribe | undefined {
    // Many lines are applied with turns of other work in between, and no other line may come between them.
    if (lines.length > FEW_LINES || this.#taking) return undefined
    const { modSeq } = lines[0]!
    const indexes = this.#indexesToRead()
    for (const index of indexes.values()) if (index.mark < modSeq - 1) return undefined
    for (const nth of lines.keys()) this.#takeOne(indexes, lines, nth)
    for (const index of indexes.values()) index.markAt(modSeq)
    return this.#unsubscribe
  }

  /** Returns the folder's index, with one more user. */
  use(folder: FolderId): Held {
    const held = this.#held.get(folder) ?? this.#start(folder)
    held.users++
    this.#unsubscribe ??= this.#parts.engine.notifier.subscribe(this.mailbox, () => {
      this.caughtUp().catch((error: unknown) => this.#parts.log.error({ error }, 'A mailbox journal could not be read'))
    })
    return held
  }

  /** Removes a user. Returns true if it was the last. */
  leave(held: Held): boolean {
    held.users--
    if (this.#inUse().length === 0) {
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
    }
    return held.users === 0
  }

  drop(held: Held): void {
    if (this.#held.get(held.folder) !== held) return
    this.#held.delete(held.folder)
    this.#parts.dropped(held)
  }

  /**
   * Resolves when the open indexes have applied all changes that were durable at the call. One read of the journal
   * serves all callers that wait for it.
   */
  caughtUp(): Promise<void> {
    if (this.#inUse().length === 0) return Promise.resolve()
    this.#queued ??= this.#running.then(() => {
      const look = this.#look()
      this.#queued = undefined
      // A failed read fails its callers. The next call reads again.
      this.#running = look.catch(() => {})
      return look
    })
    return this.#queued
  }

  #inUse(): Held[] {
    return [...this.#held.values()].filter(({ users }) => users > 0)
  }

  #start(folder: FolderId): Held {
    const loaded = loadIndex(this.#parts.engine.sql, this.mailbox, folder, this.#parts.hooks).then(
      (index) => {
        held.index = index
        if (!index) this.drop(held)
        return index
      },
      (error: unknown) => {
        this.drop(held)
        throw error
      },
    )
    const held: Held = { folder, loaded, index: undefined, users: 0 }
    this.#held.set(folder, held)
    return held
  }

  async #look(): Promise<void> {
    const indexes = this.#indexesToRead()
    if (indexes.size === 0) return
    const mark = Math.min(...Array.from(indexes.values(), (index) => index.mark)) as ModSeq
    const news = await linesSince(this.#parts.engine.sql, this.mailbox, mark)
    if (!news) {
      for (const index of indexes.values()) this.#end(index)
      return
    }
    for (const index of indexes.values()) if (index.mark < news.tail) await this.#lookFully(index)
    this.#taking = true
    await this.#take(indexes, news).finally(() => (this.#taking = false))
  }

  /**
   * The open indexes, and the others that are up to date. Drops an index that fell behind while no caller had it open.
   */
  #indexesToRead(): Map<FolderId, MemoryIndex> {
    const open = this.#inUse().flatMap(({ index }) => index ?? [])
    const indexes = new Map<FolderId, MemoryIndex>()
    if (open.length === 0) return indexes
    const mark = Math.min(...open.map((index) => index.mark))
    for (const held of this.#held.values()) {
      if (!held.index) continue
      if (held.users === 0 && held.index.mark < mark) this.drop(held)
      else indexes.set(held.folder, held.index)
    }
    return indexes
  }

  async #take(indexes: ReadonlyMap<FolderId, MemoryIndex>, { lines, now }: JournalLines): Promise<void> {
    let messages = 0
    for (const nth of lines.keys()) {
      messages += this.#takeOne(indexes, lines, nth)
      if (messages < MANY_MESSAGES) continue
      messages = 0
      await nextTurn()
    }
    for (const index of indexes.values()) index.markAt(now)
  }

  /** Returns the number of messages in the line. */
  #takeOne(indexes: ReadonlyMap<FolderId, MemoryIndex>, lines: readonly Line[], nth: number): number {
    const line = lines[nth]!
    const index = indexes.get(line.folder)
    if (!index) return 0
    const messages = index.take(line, hasMore(lines, nth))
    if (index.gone) this.#forget(index)
    return messages
  }

  async #lookFully(index: MemoryIndex): Promise<void> {
    const fresh = await loadIndex(this.#parts.engine.sql, this.mailbox, index.folder, this.#parts.hooks)
    if (fresh) index.become(fresh)
    else this.#end(index)
  }

  #end(index: MemoryIndex): void {
    index.end((index.mark + 1) as ModSeq)
    this.#forget(index)
  }

  #forget(index: MemoryIndex): void {
    const held = this.#held.get(index.folder)
    if (held?.index === index) this.drop(held)
  }
}

/** True if the same write has another line for the same folder. */
function hasMore(lines: readonly Line[], nth: number): boolean {
  const { modSeq, folder } = lines[nth]!
  for (let next = nth + 1; next < lines.length && lines[next]!.modSeq === modSeq; next++) {
    if (lines[next]!.folder === folder) return true
  }
  return false
}
