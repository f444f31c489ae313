import type { FolderId } from '../../../core/ids.ts'
import type { Part, PartName } from './from-rows.ts'

/** A part of a chunk as it was read. */
export interface Entry {
  readonly part: Part
  /** It has every message with a smaller UID that was there then. */
  readonly upTo: number
}

/** Octets that an entry takes besides its bytes, roughly. */
const ENTRY = 400

/** Parts of chunks in memory, within a budget; those that nobody asked for the longest go first. */
export class PartCache {
  readonly #budget: number
  readonly #entries = new Map<string, Entry>()
  #octets = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  get octets(): number {
    return this.#octets
  }

  get(folder: FolderId, chunk: number, name: PartName): Entry | undefined {
    const key = `${folder} ${chunk} ${name}`
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  put(folder: FolderId, chunk: number, name: PartName, entry: Entry): void {
    const key = `${folder} ${chunk} ${name}`
    this.#forget(key)
    this.#entries.set(key, entry)
    this.#octets += octetsOf(entry)
    for (const oldest of this.#entries.keys()) {
      if (this.#octets <= this.#budget) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key)
    if (entry && this.#entries.delete(key)) this.#octets -= octetsOf(entry)
  }
}

const octetsOf = ({ part }: Entry): number => part.bytes.length + ENTRY
