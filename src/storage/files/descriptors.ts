import { type FileHandle, open } from 'node:fs/promises'
import { type Moves, readMoves } from './compacted.ts'

/** Read descriptors kept open between uses. */
const MOST_OPEN = 64

/** A segment that is open for reading. */
export interface OpenSegment {
  readonly file: FileHandle
  /** The locations of its records, if it was compacted. */
  readonly moves: Moves | undefined
}

interface Entry {
  readonly opened: Promise<OpenSegment>
  /** The opened segment, once it is open. */
  now: OpenSegment | undefined
  users: number
  /** True if it was replaced. Its last user closes it. */
  left: boolean
}

/** Files that are open for reading, shared by concurrent readers and kept open for later ones. */
export class Descriptors {
  readonly #path: (segment: number) => string
  /** The least recently used first. */
  readonly #entries = new Map<number, Entry>()
  /** Segments before their compaction, for callers that have a reference to a removed record. */
  readonly #former = new Map<number, OpenSegment>()

  constructor(path: (segment: number) => string) {
    this.#path = path
  }

  async use<T>(segment: number, work: (opened: OpenSegment) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(segment) ?? {
      opened: openSegment(this.#path(segment)),
      now: undefined,
      users: 0,
      left: false,
    }
    this.#entries.delete(segment)
    this.#entries.set(segment, entry)
    entry.users++
    try {
      return await work(entry.now ?? (await this.#opened(segment, entry)))
    } finally {
      entry.users--
      if (entry.left && entry.users === 0) await close(entry)
      if (this.#entries.size > MOST_OPEN) await this.#shrink()
    }
  }

  /** The segment, if it is open. The caller must use it without an await. */
  atHand(segment: number): OpenSegment | undefined {
    return this.#entries.get(segment)?.now
  }

  /** The segment before its compaction, while it is kept. */
  former(segment: number): OpenSegment | undefined {
    return this.#former.get(segment)
  }

  /**
   * Lets `replace` put another file in the segment's place. Running reads continue with the former file, later reads
   * use the new one. Records that only the former file has can be read until {@link forget}.
   */
  async replace(segment: number, replace: () => Promise<void>): Promise<void> {
    const former = await openSegment(this.#path(segment))
    try {
      await replace()
    } catch (error) {
      await former.file.close()
      throw error
    }
    this.#former.set(segment, former)
    await this.drop(segment)
  }

  /** Closes the file of a segment, after its last user. */
  async drop(segment: number): Promise<void> {
    const entry = this.#entries.get(segment)
    if (!entry) return
    this.#entries.delete(segment)
    entry.left = true
    if (entry.users === 0) await close(entry)
  }

  async forget(segment: number): Promise<void> {
    const former = this.#former.get(segment)
    this.#former.delete(segment)
    await former?.file.close()
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of entries) await close(entry)
    for (const segment of this.#former.keys()) await this.forget(segment)
  }

  /** Does not keep a failure: the next use tries again. */
  async #opened(segment: number, entry: Entry): Promise<OpenSegment> {
    try {
      return (entry.now = await entry.opened)
    } catch (error) {
      if (this.#entries.get(segment) === entry) this.#entries.delete(segment)
      throw error
    }
  }

  async #shrink(): Promise<void> {
    for (const [segment, entry] of this.#entries) {
      if (entry.users > 0) continue
      this.#entries.delete(segment)
      await close(entry)
      return
    }
  }
}

async function openSegment(path: string): Promise<OpenSegment> {
  const file = await open(path, 'r')
  try {
    const read = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    }
    return { file, moves: await readMoves(read) }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function close({ opened }: Entry): Promise<void> {
  const segment = await opened.catch(() => undefined)
  await segment?.file.close()
}
