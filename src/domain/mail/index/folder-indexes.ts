import type { FolderId, MailboxId, ModSeq } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Engine, Unsubscribe } from '../../../storage/engine.ts'
import type { IndexHooks, MemoryIndex } from './folder-index.ts'
import type { Line } from '../journal/journal.ts'
import { type Held, MailboxReader } from './mailbox-reader.ts'
import type { OpenFolder } from '../types.ts'

/** What an index takes besides its messages, roughly. */
const INDEX_OCTETS = 2048

/** An index that nobody has open. */
interface Idle {
  readonly reader: MailboxReader
  readonly octets: number
}

interface Parts {
  readonly engine: Engine
  readonly log: Log
  readonly hooks: IndexHooks
  /** Memory for indexes that nobody has open, in octets. */
  readonly idleOctets: number
}

/** The folder indexes of a process: loaded once, shared by all who open them, kept for a while after the last one leaves. */
export class FolderIndexes {
  readonly #parts: Parts
  readonly #readers = new Map<MailboxId, MailboxReader>()
  /** The longest idle first. */
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

  /** Resolves when the mailbox's open indexes have taken in all that is durable now. */
  caughtUp(mailbox: MailboxId): Promise<void> {
    return this.#readers.get(mailbox)?.caughtUp() ?? Promise.resolve()
  }

  /**
   * A write's lines, which are durable. Returns the mailbox's subscription when every index has taken them in;
   * otherwise there is more in the journal that has to be read first.
   */
  hear(mailbox: MailboxId, lines: readonly Line[]): Unsubscribe | undefined {
    return this.#readers.get(mailbox)?.hear(lines)
  }

  /** The folder's index if somebody has it open: it has taken in whatever anybody was told is durable. */
  opened(mailbox: MailboxId, folder: FolderId): MemoryIndex | undefined {
    return this.#readers.get(mailbox)?.openedIndexOf(folder)
  }

  /** The folder's index if it is in memory and has taken in exactly what the journal said up to `mark`. */
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

  /** It is no longer idle. */
  #wake(held: Held): void {
    this.#idleOctets -= this.#idle.get(held)?.octets ?? 0
    this.#idle.delete(held)
  }
}
