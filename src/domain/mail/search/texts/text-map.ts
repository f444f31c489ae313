import { Lane, yieldToEventLoop } from '../../../../core/concurrency.ts'
import type { FolderId, MailboxId, Uid } from '../../../../core/ids.ts'
import type { Sql } from '../../../../storage/engine.ts'
import type { TextKind } from './text-column.ts'
import { readPlaces, readSegments, type Segment, segmentOf, slotOf, type TextOwner } from './text-rows.ts'

/** The number of UIDs whose locations are kept together, as a power of two. */
const CHUNK_BITS = 8
const CHUNK = 2 ** CHUNK_BITS
const CHUNK_OCTETS = CHUNK * 8
const SEGMENT_OCTETS = 1024
/** The number of UIDs whose rows are read together. */
const STRETCH = 2048

/** Segments with this number or a higher one are in memory only. */
const FIRST_LOOSE = 2 ** 40
/** The location of a message without texts: it is too large or damaged. */
const WITHOUT_TEXTS = -1

/** Messages of one segment, by their index among the requested messages. */
export interface SegmentGroup {
  readonly segment: number
  readonly asked: number[]
  readonly slots: number[]
}

export interface SegmentLookup {
  readonly missing: readonly Uid[]
  /** Messages whose texts are in memory only, in these segments. */
  readonly loose: readonly Uid[]
  readonly segments: ReadonlySet<number>
}

/** Where the texts of a folder's messages of one kind lie: a segment, and a slot in it. */
export class TextMap {
  readonly mailbox: MailboxId
  readonly folder: FolderId
  readonly kind: TextKind
  /** One lane for callers that read rows, and one for callers that make texts. */
  readonly reading = new Lane()
  readonly building = new Lane()
  readonly segments = new Map<number, Segment>()
  /** By the number of a stretch: the rows of UIDs up to here have been read. */
  readonly #readUpTo = new Map<number, number>()
  /** 0 if nothing is known. */
  readonly #chunks = new Map<number, Float64Array>()

  constructor({ mailbox, folder }: TextOwner, kind: TextKind) {
    this.mailbox = mailbox
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

  /** The UIDs, as ranges, whose rows have to be read before those of `uids` are known. */
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

  /** Notes that the rows of a stretch have been read up to this UID. */
  read(upTo: Uid): void {
    this.#readUpTo.set(Math.floor(upTo / STRETCH), upTo)
  }

  /** The messages whose texts are missing, or in memory only. */
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

  /** The messages with texts, by segment. */
  groups(uids: readonly Uid[]): readonly SegmentGroup[] {
    const groups = new Map<number, SegmentGroup>()
    let group: SegmentGroup | undefined
    for (let at = 0; at < uids.length; at++) {
      const place = this.#place(uids[at]!)
      if (place <= 0) continue
      const segment = segmentOf(place)
      // Neighbours are usually in the same segment.
      if (group?.segment !== segment) {
        group = groups.get(segment) ?? { segment, asked: [], slots: [] }
        groups.set(segment, group)
      }
      group.asked.push(at)
      group.slots.push(slotOf(place))
    }
    return [...groups.values()]
  }

  /** Forgets segments that were deleted or cannot be read. */
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

/** The index of the first UID, of ascending ones, that is not below `uid`. */
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

/** A number for a segment that is in memory only. */
export const looseSegment = (): number => loose++
export const isLoose = (segment: number): boolean => segment >= FIRST_LOOSE

/** Segments that are looked up at a time. */
const SEGMENTS = 256

/** The text maps of recently searched folders. */
export class TextMaps {
  readonly #rows: Sql
  readonly #octets: number
  /** The least recently used first. */
  readonly #maps = new Map<string, TextMap>()

  /** `octets`: memory for all maps but the last. */
  constructor(rows: Sql, octets: number) {
    this.#rows = rows
    this.#octets = octets
  }

  /** Returns the map with the locations of these ascending UIDs. */
  async open(owner: TextOwner, kind: TextKind, uids: readonly Uid[]): Promise<TextMap> {
    const key = `${owner.folder} ${kind}`
    const map = this.#maps.get(key) ?? new TextMap(owner, kind)
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
      // Later messages have to be read again.
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
