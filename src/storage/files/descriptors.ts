import { type FileHandle, open } from 'node:fs/promises'

/** Read descriptors kept open between uses. */
const KEPT = 64

interface Entry {
  readonly file: Promise<FileHandle>
  users: number
}

/** Files opened for reading, shared by all who read at once and kept for those who come next. */
export class Descriptors {
  readonly #path: (segment: number) => string
  /** The least recently used first. */
  readonly #entries = new Map<number, Entry>()

  constructor(path: (segment: number) => string) {
    this.#path = path
  }

  async use<T>(segment: number, work: (file: FileHandle) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(segment) ?? { file: open(this.#path(segment), 'r'), users: 0 }
    this.#entries.delete(segment)
    this.#entries.set(segment, entry)
    entry.users++
    try {
      return await work(await this.#opened(segment, entry))
    } finally {
      entry.users--
      await this.#shrink()
    }
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const { file } of entries) await (await file).close()
  }

  /** What could not be opened is tried anew the next time. */
  async #opened(segment: number, entry: Entry): Promise<FileHandle> {
    try {
      return await entry.file
    } catch (error) {
      if (this.#entries.get(segment) === entry) this.#entries.delete(segment)
      throw error
    }
  }

  async #shrink(): Promise<void> {
    if (this.#entries.size <= KEPT) return
    for (const [segment, { file, users }] of this.#entries) {
      if (users > 0) continue
      this.#entries.delete(segment)
      await (await file).close()
      return
    }
  }
}
