import { stat, unlink } from 'node:fs/promises'
import { HOUR, MINUTE } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { BlobRef, Naming, CompactionResult } from '../engine.ts'
import { compactedLength, replaceSegment, writeCompacted } from './compacted-segment.ts'
import type { Descriptors } from './descriptors.ts'
import type { Disk } from './disk.ts'
import { HEADER, type RecordLocation, locationOf } from './record.ts'

/** The share of a segment that must be unused before it is compacted. */
const WORTH = 0.25
/** Milliseconds after the last record of a segment during which its row may not be written yet. */
const YOUNG = HOUR
/** Milliseconds after which a segment that failed is tried again. */
const POSTPONED = HOUR
/** Milliseconds for which removed records can still be read by callers that found their row before. */
const GRACE = 10 * MINUTE

interface Parts {
  readonly disk: Disk
  readonly world: World
  readonly descriptors: Descriptors
  readonly path: (segment: number) => string
  /** Segments to which nothing is added, ascending. */
  readonly sealed: () => readonly number[]
}

/** Frees the space of records that no row names, one segment at a time. */
export class Compactor {
  readonly #parts: Parts
  readonly #namings: Naming[] = []
  /** Octets that may be unused, by segment. */
  readonly #dropped = new Map<number, number>()
  /** Segments that were checked. Only records dropped since are new about them. */
  readonly #seen = new Set<number>()
  /** When a segment was first found to be full. Segments that were full at the start are in `#old`. */
  readonly #young = new Map<number, number>()
  readonly #old: ReadonlySet<number>
  /** When a segment that failed may be tried again. */
  readonly #postponed = new Map<number, number>()
  /** Segments whose former file is still open. */
  readonly #resting = new Set<number>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#old = new Set(parts.sealed())
  }

  keep(naming: Naming): void {
    this.#namings.push(naming)
  }

  dropped(refs: readonly BlobRef[]): void {
    for (const ref of refs) {
      const { segment, length } = locationOf(ref)
      this.#dropped.set(segment, (this.#dropped.get(segment) ?? 0) + HEADER + length)
    }
  }

  async step(): Promise<CompactionResult | undefined> {
    const segment = this.#namings.length > 0 ? await this.#next() : undefined
    if (segment === undefined) return undefined
    this.#dropped.delete(segment)
    try {
      const freed = await this.#look(segment)
      this.#seen.add(segment)
      return { freed }
    } catch (error) {
      // Other segments come first.
      this.#seen.delete(segment)
      this.#postponed.set(segment, this.#parts.world.elapsed() + POSTPONED)
      throw error
    }
  }

  /** A segment with enough dropped records, or else one that was never checked. */
  async #next(): Promise<number | undefined> {
    const candidates = this.#parts.sealed().filter((segment) => this.#isFree(segment))
    for (const segment of candidates) {
      const dropped = this.#dropped.get(segment)
      if (dropped !== undefined && dropped >= WORTH * (await this.#size(segment))) return segment
    }
    return candidates.find((segment) => !this.#seen.has(segment))
  }

  #isFree(segment: number): boolean {
    const postponed = this.#postponed.get(segment) ?? 0
    return this.#isOld(segment) && !this.#resting.has(segment) && postponed <= this.#parts.world.elapsed()
  }

  #isOld(segment: number): boolean {
    if (this.#old.has(segment)) return true
    const now = this.#parts.world.elapsed()
    const since = this.#young.get(segment) ?? now
    this.#young.set(segment, since)
    return now - since >= YOUNG
  }

  async #look(segment: number): Promise<number> {
    const { path, descriptors, disk } = this.#parts
    const records = await this.#named(segment)
    const size = await this.#size(segment)
    const freed = size - compactedLength(records)
    if (records.length === 0 && freed === 0) {
      // It was emptied before, and no caller can have found a record in it since.
      await unlink(path(segment))
      return size
    }
    if (freed < WORTH * size) return 0
    await descriptors.use(segment, (source) => writeCompacted(path(segment), source, records, disk))
    await descriptors.replace(segment, () => replaceSegment(path(segment)))
    this.#rest(segment)
    return freed
  }

  #rest(segment: number): void {
    this.#resting.add(segment)
    this.#parts.world.after(GRACE, () => {
      this.#resting.delete(segment)
      void this.#parts.descriptors.forget(segment)
    })
  }

  /** The records of a segment that rows name, by offset. */
  async #named(segment: number): Promise<readonly RecordLocation[]> {
    const places = new Map<number, RecordLocation>()
    for (const naming of this.#namings) {
      // References of a segment begin with its number and a full stop. The slash is the next character after the full
      // stop.
      const until = `${segment}/`
      let refs = await naming(`${segment}.`, until)
      while (refs.length > 0) {
        for (const place of refs.map(locationOf)) places.set(place.offset, place)
        refs = await naming(refs.at(-1)!, until)
      }
    }
    return [...places.values()].sort((a, b) => a.offset - b.offset)
  }

  async #size(segment: number): Promise<number> {
    return (await stat(this.#parts.path(segment))).size
  }
}
