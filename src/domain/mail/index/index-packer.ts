import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FolderId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import type { Sql } from '../../../storage/engine.ts'
import type { MemoryIndex } from './folder-index.ts'
import { type Packing, writePackedIndex } from './index-rows.ts'

/** Milliseconds during which changes are gathered into one write. */
const DELAY = 10_000
/** Messages from which on a folder's rows take longer to read than is pleasant. */
const LARGE = 500
/** Chunks packed in one go, so that others get their turn. */
const CHUNKS = 8

/**
 * Writes down, a little later, what the indexes in memory hold, packed, so that the next one to be loaded need not be
 * put together from rows. The rows remain the truth: what is packed says as of when, and the journal says what came since.
 */
export class IndexPacker {
  readonly #rows: Sql
  readonly #world: World
  readonly #log: Log
  readonly #due = new Map<FolderId, MemoryIndex>()
  #running: Promise<void> | undefined
  #waiting = false
  /** Indexes packed since the start. */
  packed = 0

  constructor(rows: Sql, world: World, log: Log) {
    this.#rows = rows
    this.#world = world
    this.#log = log
  }

  /** The index is not, or no longer, as it was last packed. */
  changed(index: MemoryIndex): void {
    if (index.count >= LARGE || index.packedAt !== undefined) this.due(index)
  }

  /** The index shall be packed, whatever its size. */
  due(index: MemoryIndex): void {
    this.#due.set(index.folder, index)
    if (this.#waiting) return
    this.#waiting = true
    this.#world.after(DELAY, () => {
      this.#waiting = false
      void this.flush()
    })
  }

  /** Packs all that is due; resolves when it is durable. */
  async flush(): Promise<void> {
    while (this.#due.size > 0) {
      this.#running ??= this.#run().finally(() => (this.#running = undefined))
      await this.#running
    }
    await this.#running
  }

  async #run(): Promise<void> {
    for (const [folder, index] of this.#due) {
      this.#due.delete(folder)
      await this.#pack(index)
    }
  }

  async #pack(index: MemoryIndex): Promise<void> {
    let packing: Packing | undefined
    try {
      for (;;) {
        packing = await packed(index)
        if (!packing) return
        const written = packing
        const outcome = await this.#rows.write(() => writePackedIndex(written))
        if (outcome === 'done') {
          index.packedAt = written.mark
          this.packed++
        }
        if (outcome !== 'stale') return
        index.packedAt = undefined
        index.messages.touchAll()
      }
    } catch (error) {
      if (packing) index.messages.touch(packing.chunks.keys())
      this.#log.warn({ error }, 'The index of a folder could not be packed')
    }
  }
}

/** All that has to be packed of an index, as it is at one moment; undefined when nothing has to be. */
async function packed(index: MemoryIndex): Promise<Packing | undefined> {
  const { folder, messages } = index
  const chunks = new Map<number, Uint8Array | undefined>()
  while (messages.touched > 0) {
    for (const [chunk, bytes] of messages.pack(CHUNKS)) chunks.set(chunk, bytes)
    // What changes meanwhile is packed again; the last of them are packed at the moment that counts.
    if (messages.touched > 0) await nextTurn()
  }
  return index.gone || chunks.size === 0 ? undefined : { folder, before: index.packedAt, mark: index.mark, chunks }
}
