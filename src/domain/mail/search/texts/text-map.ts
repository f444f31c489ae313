import { Lane, yieldToEventLoop } from '../../../../core/concurrency.ts'
import type { FolderId, Uid } from '../../../../core/ids.ts'
import type { Sql } from '../../../../storage/engine.ts'
import type { TextKind } from './text-column.ts'
import { readPlaces, readSegments, type Segment, segmentOf, slotOf } from './text-rows.ts'

/** UIDs whose places are kept together, as a power of two. */
const CHUNK_BITS = 8
const CHUNK = 2 ** CHUNK_BITS
const CHUNK_OCTETS = CHUNK * 8
const SEGMENT_OCTETS = 1024
/** UIDs of which the rows are read together. */
const STRETCH = 2048

/** Segments from here on are in memory only. */
const FIRST_LOOSE = 2 ** 40
/** A message whose texts are not kept: it is too large, or damaged. */
const WITHOUT_TEXTS = -1

/** Some messages that are in one segment, by their places among those asked about. */
export interface SegmentGroup {
  readonly segment: number
  readonly asked: number[]
  readonly slots: number[]
}

export interface SegmentLookup {
  readonly missing: readonly Uid[]
  /** Their texts are in memory only, in these segments. */
  readonly loose: readonly Uid[]
  readonly segments: ReadonlySet<number>
}

/** Where the texts of a folder's messages are, of one kind: a segment, and a slot in it. */
export class TextMap {
  readonly folder: FolderId
  readonly kind: TextKind
  /** Whoever adds what the rows say does so in the one, whoever adds texts in the other. */
  readonly reading = new Lane()
  readonly building = new Lane()
  readonly segments = new Map<number, Segment>()
  /** By the numbers of stretches: what the rows say of UIDs up to here has been read. */
  readonly #readUpTo = new Map<number, number>()
  /** 0 where nothing is known. */
  readonly #chunks = new Map<number, Float64Array>()

  constructor(folder: FolderId, kind: TextKind) {
    this.folder = folder
    this.kind = kind
  }

  get octets(): number {
    return this.#chunks.size * CHUNK_OCTETS + this.segments.size * SEGMENT_OCTETS
  }

  put(uid: Uid, place: number): void {
    const chunk = this.#chunks.get(uid >>> CHUNK_BITS) ?? new Float64Array(CHUNK)
    chunk[uid % CHUNK] = place
    this.#chunks.set(uid >>> CHUNK_BITS, chunk)
  }

  withoutTexts(uid: Uid): void {
    this.put(uid, WITHOUT_TEXTS)
  }

  /** UIDs of which the rows have to be asked before those are known; in stretches, from one up to another. */
  unread(uids: readonly Uid[]): readonly (readonly [number, number])[] {
    const unread: (readonly [number, number])[] = []
    for (let at = 0; at < uids.length;) {
      const stretch = Math.floor(uids[at]! / STRETCH)
      const next = firstFrom(uids, at, (stretch + 1) * STRETCH)
      const known = this.#readUpTo.get(stretch) ?? stretch * STRETCH - 1
      if (uids[next - 1]! > known) unread.push([known + 1, (stretch + 1) * STRETCH - 1])
      at = next
    }
    return unread
  }

  /** The rows were read for a stretch; what has no place among those up to this UID has none. */
  read(upTo: Uid): void {
    this.#readUpTo.set(Math.floor(upTo / STRETCH), upTo)
  }

  /** Those whose texts could be kept and are not, or not for good. */
  wanting(uids: readonly Uid[]): SegmentLookup {
    const missing: Uid[] = []
    const loose: Uid[] = []
    const segments = new Set<number>()
    for (const uid of uids) {
      const place = this.#place(uid)
      if (place === 0) missing.push(uid)
      else if (isLoose(segmentOf(place))) {
        loose.push(uid)
        segments.add(segmentOf(place))
      }
    }
    return { missing, loose, segments }
  }

  /** Those whose texts are kept. */
  groups(uids: readonly Uid[]): readonly SegmentGroup[] {
    const groups = new Map<number, SegmentGroup>()
    let group: SegmentGroup | undefined
    for (let at = 0; at < uids.length; at++) {
      const place = this.#place(uids[at]!)
      if (place <= 0) continue
      const segment = segmentOf(place)
      // Neighbours are together most often.
      if (group?.segment !== segment) {
        group = groups.get(segment) ?? { segment, asked: [], slots: [] }
        groups.set(segment, group)
      }
      group.asked.push(at)
      group.slots.push(slotOf(place))
    }
    return [...groups.values()]
  }

  /** The segments are no more, or cannot be read. */
  forget(numbers: Iterable<number>): void {
    const gone = new Set(numbers)
    if (gone.size === 0) return
    for (const number of gone) this.segments.delete(number)
    for (const chunk of this.#chunks.values()) {
      for (const [at, place] of chunk.entries()) if (place > 0 && gone.has(segmentOf(place))) chunk[at] = 0
    }
  }

  #place(uid: Uid): number {
    return this.#chunks.get(uid >>> CHUNK_BITS)?.[uid % CHUNK] ?? 0
  }
}

/** Where the first of the ascending UIDs is that is not below this one. */
function firstFrom(uids: readonly Uid[], from: number, uid: number): number {
  let [low, high] = [from, uids.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (uids[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}

let loose = FIRST_LOOSE

/** The number of a segment that is in memory only. */
export const looseSegment = (): number => loose++
export const isLoose = (segment: number): boolean => segment >= FIRST_LOOSE

/** Segments looked up at a time. */
const SEGMENTS = 256

/** Where the texts of folders are, for those that were searched of late. */
export class TextMaps {
  readonly #rows: Sql
  readonly #octets: number
  /** The least recently used first. */
  readonly #maps = new Map<string, TextMap>()

  /** `octets`: memory for all of them but the last. */
  constructor(rows: Sql, octets: number) {
    this.#rows = rows
    this.#octets = octets
  }

  /** The map, with all that the rows say about these messages, whose UIDs ascend. */
  async open(folder: FolderId, kind: TextKind, uids: readonly Uid[]): Promise<TextMap> {
    const key = `${folder} ${kind}`
    const map = this.#maps.get(key) ?? new TextMap(folder, kind)
    this.#maps.delete(key)
    this.#maps.set(key, map)
    if (map.unread(uids).length > 0) await map.reading.run(() => this.#read(map, uids))
    this.#shrink()
    return map
  }

  async #read(map: TextMap, uids: readonly Uid[]): Promise<void> {
    const unknown = new Set<number>()
    const last = uids.at(-1)!
    for (const [from, to] of map.unread(uids)) {
      const found = await readPlaces(this.#rows, map.folder, map.kind, [from, to])
      for (const { uid, place } of found) {
        map.put(uid, place)
        if (!map.segments.has(segmentOf(place))) unknown.add(segmentOf(place))
      }
      // Those that come after it was asked for are asked for again.
      map.read(Math.min(to, last) as Uid)
      await yieldToEventLoop()
    }
    await this.#readSegments(
      map,
      [...unknown].sort((a, b) => a - b),
    )
  }

  async #readSegments(map: TextMap, numbers: readonly number[]): Promise<void> {
    for (let start = 0; start < numbers.length; start += SEGMENTS) {
      const found = await readSegments(this.#rows, numbers.slice(start, start + SEGMENTS))
      for (const [number, segment] of found) map.segments.set(number, segment)
      await yieldToEventLoop()
    }
    map.forget(numbers.filter((number) => !map.segments.has(number)))
  }

  #shrink(): void {
    let octets = 0
    for (const map of this.#maps.values()) octets += map.octets
    for (const [key, map] of this.#maps) {
      if (octets <= this.#octets || this.#maps.size === 1) break
      octets -= map.octets
      this.#maps.delete(key)
    }
  }
}
