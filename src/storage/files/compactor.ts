import { stat, unlink } from 'node:fs/promises'
import { HOUR, MINUTE } from '../../core/duration.ts'
import type { World } from '../../core/world.ts'
import type { BlobRef, Naming, Tidied } from '../engine.ts'
import { compactedLength, replaceSegment, writeCompacted } from './compacted-segment.ts'
import type { Descriptors } from './descriptors.ts'
import type { Disk } from './disk.ts'
import { HEADER, type RecordLocation, locationOf } from './record.ts'

/** The part of a segment that must be free to be worth the copying of the rest. */
const WORTH = 0.25
/** Milliseconds after the last record of a segment during which its row may still be on the way. */
const YOUNG = HOUR
/** Milliseconds after which a segment that could not be looked at is tried again. */
const POSTPONED = HOUR
/** Milliseconds for which what was left out can still be read by those who had found it before. */
const GRACE = 10 * MINUTE

interface Parts {
  readonly disk: Disk
  readonly world: World
  readonly descriptors: Descriptors
  readonly path: (segment: number) => string
  /** Segments that nothing is added to any more, ascending. */
  readonly sealed: () => readonly number[]
}

/** Frees the room that records take which nobody names, a segment at a time. */
export class Compactor {
  readonly #parts: Parts
  readonly #namings: Naming[] = []
  /** Octets that may be free, by segment. */
  readonly #dropped = new Map<number, number>()
  /** Segments that were looked at: nothing is new about them but what was dropped since. */
  readonly #seen = new Set<number>()
  /** When segments were first found to be full; those that were full before the start are not among them. */
  readonly #young = new Map<number, number>()
  readonly #old: ReadonlySet<number>
  /** Until when those are left alone that could not be looked at. */
  readonly #postponed = new Map<number, number>()
  /** Segments of which the former file is still kept. */
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

  async step(): Promise<Tidied | undefined> {
    const segment = this.#namings.length > 0 ? await this.#next() : undefined
    if (segment === undefined) return undefined
    this.#dropped.delete(segment)
    try {
      const freed = await this.#look(segment)
      this.#seen.add(segment)
      return { freed }
    } catch (error) {
      // Others get their turn first.
      this.#seen.delete(segment)
      this.#postponed.set(segment, this.#parts.world.elapsed() + POSTPONED)
      throw error
    }
  }

  /** One of which enough was dropped, else one that was never looked at. */
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
      // It was emptied before, and nobody can have found anything in it since.
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

  /** The records of a segment that somebody names, in the order of their places. */
  async #named(segment: number): Promise<readonly RecordLocation[]> {
    const places = new Map<number, RecordLocation>()
    for (const naming of this.#namings) {
      // References of a segment begin with its number and a full stop; the stroke comes next after it.
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
