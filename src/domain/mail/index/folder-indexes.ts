import type { FolderId, MailboxId, ModSeq } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Engine, Unsubscribe } from '../../../storage/engine.ts'
import type { IndexHooks, MemoryIndex } from './folder-index.ts'
import type { Line } from '../journal/journal.ts'
import { type Held, MailboxReader } from './mailbox-reader.ts'
import type { OpenFolder } from '../types.ts'

/** Approximate octets of an index besides its messages. */
const INDEX_OCTETS = 2048

/** An index that no caller has open. */
interface Idle {
  readonly reader: MailboxReader
  readonly octets: number
}

interface Parts {
  readonly engine: Engine
  readonly log: Log
  readonly hooks: IndexHooks
  /** Memory for indexes that no caller has open, in octets. */
  readonly idleOctets: number
}

/**
 * The folder indexes of the process. An index is loaded once, shared by all callers, and kept for a while after the
 * last caller closes it.
 */
export class FolderIndexes {
  readonly #parts: Parts
  readonly #readers = new Map<MailboxId, MailboxReader>()
  /** The longest idle index first. */
  readonly #idle = new Map<Held, Idle>()
  #idleOctets = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Refuses `no-such-thing`. */
  async open(mailbox: MailboxId, folder: FolderId): Promise<OpenFolder> {
    return (await this.openIfThere(mailbox, folder)) ?? refuse('no-such-thing', 'The folder does not exist')
  }

  async openIfThere(mailbox: MailboxId, folder: FolderId): Promise<OpenFolder | undefined> {
    const reader = this.#reader(mailbox)
    const held = reader.use(folder)
    this.#wake(held)
    try {
      const index = await held.loaded
      await reader.caughtUp()
      if (!index || index.gone) {
        this.#leave(reader, held)
        return undefined
      }
      let open = true
      const close = () => {
        if (open) this.#leave(reader, held)
        open = false
      }
      return { index, close }
    } catch (error) {
      this.#leave(reader, held)
      throw error
    }
  }

  /** Resolves when the open indexes of the mailbox have applied all changes that are durable now. */
  caughtUp(mailbox: MailboxId): Promise<void> {
    return this.#readers.get(mailbox)?.caughtUp() ?? Promise.resolve()
  }

  /**
   * Applies the lines of a durable write. Returns the mailbox's subscription if every index has applied them; undefined
   * if the journal holds earlier lines that have to be read first.
   */
  hear(mailbox: MailboxId, lines: readonly Line[]): Unsubscribe | undefined {
    return this.#readers.get(mailbox)?.hear(lines)
  }

  /** The folder's index, if a caller has it open. It has applied every change that was reported as durable. */
  opened(mailbox: MailboxId, folder: FolderId): MemoryIndex | undefined {
    return this.#readers.get(mailbox)?.openedIndexOf(folder)
  }

  /** The folder's index, if it is in memory and has applied the journal exactly up to `mark`. */
  current(mailbox: MailboxId, folder: FolderId, mark: ModSeq): MemoryIndex | undefined {
    const index = this.#readers.get(mailbox)?.indexOf(folder)
    return index?.mark === mark && !index.gone ? index : undefined
  }

  #reader(mailbox: MailboxId): MailboxReader {
    const known = this.#readers.get(mailbox)
    if (known) return known
    const dropped = (held: Held) => {
      this.#wake(held)
      if (reader.empty && this.#readers.get(mailbox) === reader) this.#readers.delete(mailbox)
    }
    const reader = new MailboxReader(mailbox, { ...this.#parts, dropped })
    this.#readers.set(mailbox, reader)
    return reader
  }

  #leave(reader: MailboxReader, held: Held): void {
    if (!reader.leave(held)) return
    if (!held.index || held.index.gone) {
      reader.drop(held)
      return
    }
    const octets = held.index.messages.octets + INDEX_OCTETS
    this.#idle.set(held, { reader, octets })
    this.#idleOctets += octets
    for (const [oldest, { reader }] of this.#idle) {
      if (this.#idleOctets <= this.#parts.idleOctets) break
      reader.drop(oldest)
    }
  }

  /** Takes an index off the idle list. */
  #wake(held: Held): void {
    this.#idleOctets -= this.#idle.get(held)?.octets ?? 0
    this.#idle.delete(held)
  }
}
