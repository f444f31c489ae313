import { nextTurn } from '../../../../core/next-turn.ts'
import type { FolderId, Uid } from '../../../../core/ids.ts'
import type { Sql } from '../../../../storage/engine.ts'
import type { TextKind } from './columns.ts'
import { TextMap } from './text-map.ts'
import { readPlaces, readSegments, segmentOf } from './text-rows.ts'

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
      await nextTurn()
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
      await nextTurn()
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
