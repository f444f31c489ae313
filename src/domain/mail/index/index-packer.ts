import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FolderId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import type { Sql } from '../../../storage/engine.ts'
import { DelayedQueue } from '../delayed-queue.ts'
import type { MemoryIndex } from './folder-index.ts'
import { type Packing, writePackedIndex } from './index-rows.ts'

/** Milliseconds during which changes are collected into one write. */
const DELAY = 10_000
/** From this number of messages on, reading a folder's rows is slow. */
const LARGE = 500
/** Chunks that are packed in one turn of the event loop. */
const CHUNKS = 8

/**
 * Writes the indexes in memory in packed form, some time after a change, so that the next load does not need the rows.
 * The rows remain the source: the packed form has a mark, and the journal holds the later changes.
 */
export class IndexPacker {
  readonly #rows: Sql
  readonly #log: Log
  readonly #queue: DelayedQueue<FolderId, MemoryIndex>
  /** Number of indexes that were packed since the start. */
  packed = 0

  constructor(rows: Sql, world: World, log: Log) {
    this.#rows = rows
    this.#log = log
    this.#queue = new DelayedQueue(world, DELAY, (index) => this.#pack(index))
  }

  /** The index differs from its packed form. */
  changed(index: MemoryIndex): void {
    if (index.count >= LARGE || index.packedAt !== undefined) this.due(index)
  }

  /** Schedules the index for packing, whatever its size. */
  due(index: MemoryIndex): void {
    this.#queue.schedule(index.folder, index)
  }

  /** Packs all scheduled indexes. Resolves when they are durable. */
  flush(): Promise<void> {
    return this.#queue.flush()
  }

  async #pack(index: MemoryIndex): Promise<void> {
    let packing: Packing | undefined
    try {
      for (;;) {
        packing = await packed(index)
        if (!packing) return
        const written = packing
        const outcome = await this.#rows.write(() => writePackedIndex(written), [index.mailbox])
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

/** Packs all changed chunks of an index, as of one moment. Returns undefined if nothing changed. */
async function packed(index: MemoryIndex): Promise<Packing | undefined> {
  const { folder, messages } = index
  const chunks = new Map<number, Uint8Array | undefined>()
  while (messages.touched > 0) {
    for (const [chunk, bytes] of messages.pack(CHUNKS)) chunks.set(chunk, bytes)
    // Chunks that change in the meantime are packed again. The last ones are packed without a pause.
    if (messages.touched > 0) await nextTurn()
  }
  return index.gone || chunks.size === 0 ? undefined : { folder, before: index.packedAt, mark: index.mark, chunks }
}
