import type { FolderId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import type { Sql } from '../../../storage/engine.ts'
import { packMetadata } from './packed-metadata.ts'

/** Milliseconds from the first chunk that is due to the work. */
const DELAY = 1000
/** Chunks that may be due; what is beyond that is packed when it is next read. */
const MOST = 16_384

/** Packs chunks of metadata behind, one write each, so that others get their turn. */
export class MetadataPacker {
  readonly #rows: Sql
  readonly #world: World
  readonly #log: Log
  readonly #due = new Map<string, { readonly folder: FolderId; readonly chunk: number }>()
  #running: Promise<void> | undefined
  #waiting = false
  /** Chunks packed since the start. */
  packed = 0

  constructor(rows: Sql, world: World, log: Log) {
    this.#rows = rows
    this.#world = world
    this.#log = log
  }

  /** No message will be added to the chunk any more. */
  due(folder: FolderId, chunk: number): void {
    if (this.#due.size >= MOST) return
    this.#due.set(`${folder} ${chunk}`, { folder, chunk })
    if (this.#waiting) return
    this.#waiting = true
    this.#world.after(DELAY, () => {
      this.#waiting = false
      void this.flush()
    })
  }

  /** Packs all that is due. */
  flush(): Promise<void> {
    return (this.#running ??= this.#run().finally(() => (this.#running = undefined)))
  }

  /** What is still due is left for whoever reads it next. Resolves when nothing is under way. */
  async settled(): Promise<void> {
    this.#due.clear()
    await this.#running
  }

  async #run(): Promise<void> {
    for (const [key, { folder, chunk }] of this.#due) {
      this.#due.delete(key)
      try {
        if (await this.#rows.write(() => packMetadata(folder, chunk))) this.packed++
      } catch (error) {
        this.#log.warn({ error }, 'Metadata could not be packed')
        this.#due.clear()
      }
    }
  }
}
