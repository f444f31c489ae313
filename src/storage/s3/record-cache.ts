import { rm } from 'node:fs/promises'
import { silentLog } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { BlobRef } from '../engine.ts'
import { type Disk, realDisk } from '../files/disk.ts'
import { SegmentBlobs } from '../files/segments.ts'
import type { PackRecordLocation } from './record.ts'

/** Segments in which the cache is kept. The oldest one is removed at a time. */
const SEGMENTS = 32
const SEGMENT_MOST = 64 * 1024 ** 2

/** Records in the cache. Each one needs memory, too. */
const RECORDS = 500_000

/** Nothing of the cache has to survive. */
const disk: Disk = { ...realDisk, sync: async () => {} }

/** Part of a record: from `start` up to but not including `end` of its bytes. */
export interface RecordPart {
  readonly record: PackRecordLocation
  readonly start: number
  readonly end: number
}

const keyOf = ({ pack, offset }: PackRecordLocation): string => `${pack}.${offset}`

interface Parts {
  readonly dir: string
  readonly world: World
  /** The most octets on the disk. */
  readonly limit: number
}

/** Records that were read from objects and checked, on the disk of this node. The cache begins empty. */
export class RecordCache {
  readonly #dir: string
  readonly #segments: SegmentBlobs
  readonly #limit: number
  readonly #segment: number
  readonly #known = new Map<string, BlobRef>()
  /** The keys and octets of each segment, the oldest first. */
  readonly #kept = new Map<number, { readonly keys: string[]; octets: number }>()
  #octets = 0

  private constructor(dir: string, segments: SegmentBlobs, limit: number, segment: number) {
    this.#dir = dir
    this.#segments = segments
    this.#limit = limit
    this.#segment = segment
  }

  static async open({ dir, world, limit }: Parts): Promise<RecordCache> {
    await rm(dir, { recursive: true, force: true })
    const segment = Math.min(SEGMENT_MOST, Math.ceil(limit / SEGMENTS))
    const segments = await SegmentBlobs.open(dir, { disk, world, log: silentLog, limit: segment })
    return new RecordCache(dir, segments, limit, segment)
  }

  /** The parts in the given order; undefined for each that is not in the cache. */
  async read(parts: readonly RecordPart[]): Promise<readonly (Buffer | undefined)[]> {
    const refs = parts.map(({ record }) => this.#known.get(keyOf(record)))
    const known = parts.flatMap(({ start, end }, nth) => (refs[nth] ? [{ blob: refs[nth], start, end, nth }] : []))
    const found: (Buffer | undefined)[] = parts.map(() => undefined)
    if (known.length === 0) return found
    try {
      const octets = await this.#segments.readAll(known)
      for (const [at, { nth }] of known.entries()) found[nth] = octets[at]
    } catch {
      // A segment was removed meanwhile, or the disk has a fault: each record is read from its origin again.
      for (const { nth } of known) this.#known.delete(keyOf(parts[nth]!.record))
    }
    return found
  }

  /** Adds a record that was checked. A full disk is no error. */
  async add(record: PackRecordLocation, bytes: Uint8Array): Promise<void> {
    const key = keyOf(record)
    if (bytes.length > this.#segment || this.#known.has(key)) return
    const ref = await this.#segments.append(bytes).catch(() => undefined)
    if (ref === undefined) return
    const segment = Number.parseInt(ref, 10)
    const kept = this.#kept.get(segment) ?? { keys: [], octets: 0 }
    this.#kept.set(segment, kept)
    kept.keys.push(key)
    kept.octets += bytes.length
    this.#octets += bytes.length
    this.#known.set(key, ref)
    await this.#shrink()
  }

  async close(): Promise<void> {
    await this.#segments.close()
    await rm(this.#dir, { recursive: true, force: true })
  }

  async #shrink(): Promise<void> {
    while ((this.#octets > this.#limit || this.#known.size > RECORDS) && this.#kept.size > 1) {
      const [segment, { keys, octets }] = this.#kept.entries().next().value!
      this.#kept.delete(segment)
      this.#octets -= octets
      for (const key of keys) this.#known.delete(key)
      await this.#segments.remove(segment).catch(() => {})
    }
  }
}
