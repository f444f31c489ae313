import { type FileHandle, open } from 'node:fs/promises'
import { type Moves, readMoves } from './compacted.ts'

/** Read descriptors kept open between uses. */
const KEPT = 64

/** A segment that is open for reading. */
export interface OpenSegment {
  readonly file: FileHandle
  /** Where its records are, when it was compacted. */
  readonly moves: Moves | undefined
}

interface Entry {
  readonly opened: Promise<OpenSegment>
  /** The same, once it is there. */
  now: OpenSegment | undefined
  users: number
  /** No longer the one to be used: closed by its last user. */
  left: boolean
}

/** Files opened for reading, shared by all who read at once and kept for those who come next. */
export class Descriptors {
  readonly #path: (segment: number) => string
  /** The least recently used first. */
  readonly #entries = new Map<number, Entry>()
  /** Segments as they were before they were compacted, for those who still have a reference to what was left out. */
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
      if (this.#entries.size > KEPT) await this.#shrink()
    }
  }

  /** The segment, if it is open: only for one who waits for nothing. */
  atHand(segment: number): OpenSegment | undefined {
    return this.#entries.get(segment)?.now
  }

  /** The segment as it was before it was compacted, while it is kept. */
  former(segment: number): OpenSegment | undefined {
    return this.#former.get(segment)
  }

  /**
   * Lets `replace` put another file in the segment's place: whoever reads goes on with the file that he has, whoever comes
   * later gets the new one, and what only the former has can be read until {@link forget}.
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

  /** What could not be opened is tried again the next time. */
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
