import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Sql } from '../../../storage/engine.ts'
import { uidStatements } from '../uid-statements.ts'
import type { FolderIndex } from '../types.ts'
import { CHUNK, type ChunkFigures, type ChunkSlices } from './chunk-figures.ts'
import { type MetadataRow, type MetadataRows, type PartName, partOf, rowsBetween, rowsHead } from './from-rows.ts'
import { type Chunk, readPackedMetadata, shouldBePacked } from './packed-metadata.ts'

/** A part of a chunk in the cache. */
interface CachedPart {
  readonly part: MetadataRows
  /** The part has all messages with smaller UIDs that existed when it was read. */
  readonly upTo: number
}

/** Fewer messages than this are read without the cache. */
const FEW = 8

interface Parts {
  readonly rows: Sql
  readonly cache: PartCache
  /** Called for a chunk that should have been packed and was not. */
  readonly unpacked: (chunk: Chunk) => void
}

/** A chunk of a folder, as of a moment. */
interface ChunkLocation {
  readonly folder: FolderId
  readonly chunk: number
  /** The upper bound of the UIDs that exist or existed at that moment. */
  readonly bound: number
  /** True if no message will be added to the chunk. */
  readonly complete: boolean
}

/** Reads chunks from the cache, from the packed form, or else from the rows. */
export class ChunkReader {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `uids` are the requested UIDs of the chunk. A part may lack messages that were removed in the meantime. */
  async read(
    index: FolderIndex,
    chunk: number,
    uids: readonly Uid[],
    names: readonly PartName[],
  ): Promise<ReadonlyMap<PartName, MetadataRows>> {
    const end = (chunk + 1) * CHUNK
    const { mailbox, folder, uidNext } = index
    const place = { folder, chunk, bound: Math.min(end, uidNext), complete: end <= uidNext }
    const found = new Map<PartName, MetadataRows>()
    const old = new Map<PartName, CachedPart>()
    for (const name of names) {
      const entry = this.#parts.cache.get(folder, chunk, name)
      if (entry && entry.upTo >= place.bound) found.set(name, entry.part)
      else if (entry) old.set(name, entry)
    }
    const missing = () => names.filter((name) => !found.has(name))
    if (place.complete && missing().length > 0) {
      await this.#fromPacked(place, missing(), found)
      const messages = index.rank(end as Uid) - index.rank((end - CHUNK) as Uid)
      if (shouldBePacked(messages, missing())) this.#parts.unpacked({ mailbox, folder, chunk })
    }
    if (uids.length < FEW && old.size === 0) await this.#few(place, missing(), uids, found)
    else if (missing().length > 0) await this.#fromRows(place, missing(), old, found)
    return found
  }

  async #fromPacked(
    place: ChunkLocation,
    names: readonly PartName[],
    found: Map<PartName, MetadataRows>,
  ): Promise<void> {
    const { folder, chunk, bound } = place
    for (const [name, part] of await readPackedMetadata(this.#parts.rows, folder, chunk, names)) {
      this.#parts.cache.put(folder, chunk, name, { part, upTo: bound })
      found.set(name, part)
    }
  }

  async #few(
    { folder }: ChunkLocation,
    names: readonly PartName[],
    uids: readonly Uid[],
    found: Map<PartName, MetadataRows>,
  ) {
    if (names.length === 0) return
    const rows: MetadataRow[] = []
    for (const statement of uidStatements(rowsHead(folder, names), uids)) {
      rows.push(...(await this.#parts.rows.all<MetadataRow>(statement)))
    }
    rows.sort((a, b) => a.uid - b.uid)
    for (const name of names) found.set(name, partOf(name, rows))
  }

  /** Reads the rows that came after the cached parts. */
  async #fromRows(
    place: ChunkLocation,
    names: readonly PartName[],
    old: ReadonlyMap<PartName, CachedPart>,
    found: Map<PartName, MetadataRows>,
  ): Promise<void> {
    const { folder, chunk, bound } = place
    const starts = Map.groupBy(names, (name) => old.get(name)?.upTo ?? chunk * CHUNK)
    for (const [start, together] of starts) {
      const rows = await this.#parts.rows.all<MetadataRow>(rowsBetween(folder, together, start, bound))
      for (const name of together) {
        const part = grown(old.get(name)?.part, partOf(name, rows))
        this.#parts.cache.put(folder, chunk, name, { part, upTo: bound })
        found.set(name, part)
      }
    }
  }
}

/** Both are of the same part. */
function grown(older: MetadataRows | undefined, newer: MetadataRows): MetadataRows {
  if (!older) return newer
  return 'received' in older ? older.joined(newer as ChunkFigures) : older.joined(newer as ChunkSlices)
}

/** Approximate octets of an entry besides its bytes. */
const ENTRY = 400

/** Parts of chunks in memory, within a budget. The least recently used part is dropped first. */
export class PartCache {
  readonly #budget: number
  readonly #entries = new Map<string, CachedPart>()
  #octets = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  get octets(): number {
    return this.#octets
  }

  get(folder: FolderId, chunk: number, name: PartName): CachedPart | undefined {
    const key = `${folder} ${chunk} ${name}`
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry
  }

  put(folder: FolderId, chunk: number, name: PartName, entry: CachedPart): void {
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

const octetsOf = ({ part }: CachedPart): number => part.bytes.length + ENTRY
