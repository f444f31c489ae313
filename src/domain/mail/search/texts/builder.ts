import { yieldToEventLoop } from '../../../../core/concurrency.ts'
import { bodyStartIn } from '../../../../codecs/mime/structure.ts'
import { MINUTE } from '../../../../core/time.ts'
import type { Uid } from '../../../../core/ids.ts'
import { isRefusedFor } from '../../../../core/refusal.ts'
import { sibling } from '../../../../core/sibling.ts'
import type { World } from '../../../../core/world.ts'
import type { BlobPiece, BlobRef, Engine } from '../../../../storage/engine.ts'
import { MOST_MESSAGES, type TextKind } from './text-column.ts'
import { packHeaders } from './pack.ts'
import { type Packed, type PackJob, readStacked, unstacked } from './text-jobs.ts'
import type { TextScanner } from './scanner.ts'
import { looseSegment, type TextMap } from './text-map.ts'
import { insertSegment, textLocationOf, readSources, type TextSource } from './text-rows.ts'
import { WorkerThread } from './thread.ts'
import { untilLate } from '../../late-rows.ts'

/** Fewer messages than this, with fewer octets, are not written as a segment. */
export const FEW = 64
const MUCH = 512 * 1024
/** Octets of messages that are read for one segment, unless a single message is larger. */
const TOGETHER = 4 * 1024 ** 2
/** A message larger than this, or with a larger header, has no texts: each search reads it. */
const LARGEST = { header: 256 * 1024, body: 8 * 1024 ** 2 } as const satisfies Record<TextKind, number>
/** Octets of headers that are decoded on the main thread. */
const LITTLE = 256 * 1024
/** The number of threads that decode, and the milliseconds without work after which they end. */
const THREADS = 2
const REST = MINUTE

/** How texts are made. */
export interface Making {
  /**
   * The number of messages from which on a segment is written. Fewer messages are kept in memory until there are more.
   */
  readonly worth: number
  /** The number of segments that are made at the same time. */
  readonly together: number
  readonly signal?: AbortSignal | undefined
}

/** A message whose texts are to be packed, with all its UIDs in the folder. */
interface Packing extends TextSource {
  readonly uids: Uid[]
  readonly end: number
}

/** Decodes the texts of messages and keeps them. */
export class Builder {
  readonly #engine: Engine
  readonly #world: World
  readonly #threads: readonly WorkerThread<PackJob, Packed>[]
  readonly #scanner: TextScanner

  constructor(engine: Engine, world: World, scanner: TextScanner) {
    this.#engine = engine
    this.#world = world
    this.#threads = Array.from(
      { length: THREADS },
      () =>
        new WorkerThread<PackJob, Packed>(sibling('pack-worker', import.meta.url), { rest: { world, after: REST } }),
    )
    this.#scanner = scanner
  }

  /** Makes the missing texts of messages in a map. */
  async build(map: TextMap, uids: readonly Uid[], { worth, together, signal }: Making): Promise<void> {
    const { missing, loose, segments } = map.wanting(uids)
    if (missing.length === 0) return
    const stays = missing.length + loose.length >= worth
    const wanted = stays ? [...missing, ...loose].sort((a, b) => a - b) : missing
    const under = new Set<Promise<void>>()
    try {
      for await (const group of this.#groups(map, wanted)) {
        signal?.throwIfAborted()
        await settledBelow(together, under, this.#make(map, group, stays))
      }
    } finally {
      await Promise.all(under)
    }
    // Texts that were in memory are on the disk now, or are missing again.
    if (stays) map.forget(segments)
  }

  async #make(map: TextMap, group: readonly Packing[], stays: boolean): Promise<void> {
    const packed = await this.#pack(map.kind, group).catch((thrown: unknown) => {
      if (!isRefusedFor('damaged', thrown)) throw thrown
      return undefined
    })
    if (!packed) return this.#makeOfSound(map, group, stays)
    if (!stays && octetsOf(group) < MUCH) await this.#keepLoose(map, group, packed)
    else await this.#keepWhereThereIsRoom(map, group, packed)
  }

  /** Makes the texts of the other messages if one is damaged. */
  async #makeOfSound(map: TextMap, group: readonly Packing[], stays: boolean): Promise<void> {
    const sound: Packing[] = []
    for (const each of group) {
      try {
        await this.#engine.blobs.read(each.blob, 0, each.end)
        sound.push(each)
      } catch (thrown) {
        if (!isRefusedFor('damaged', thrown)) throw thrown
        for (const uid of each.uids) map.withoutTexts(uid)
      }
    }
    // A disk may succeed the second time.
    if (sound.length === group.length) throw new Error('Texts could not be read, and then they could')
    if (sound.length > 0) await this.#make(map, sound, stays)
  }

  /** Yields the messages of one segment at a time. */
  async *#groups(map: TextMap, uids: readonly Uid[]): AsyncGenerator<readonly Packing[], void, undefined> {
    let group: Packing[] = []
    let octets = 0
    for (let start = 0; start < uids.length; start += MOST_MESSAGES) {
      const sources = await readSources(
        this.#engine.sql,
        map.folder,
        map.kind,
        uids.slice(start, start + MOST_MESSAGES),
      )
      await yieldToEventLoop()
      for (const source of sources) {
        const known = group.find(({ message }) => message === source.message)
        if (known) {
          known.uids.push(source.uid)
          continue
        }
        const end = map.kind === 'body' ? source.octets : bodyStartIn(source.structure)
        if (end > LARGEST[map.kind]) {
          map.withoutTexts(source.uid)
          continue
        }
        if (group.length === MOST_MESSAGES || (group.length > 0 && octets + end > TOGETHER)) {
          yield group
          group = []
          octets = 0
        }
        group.push({ ...source, uids: [source.uid], end })
        octets += end
      }
    }
    if (group.length > 0) yield group
  }

  async #pack(kind: TextKind, group: readonly Packing[]): Promise<Packed> {
    const pieces = group.map(({ blob, end }): BlobPiece => ({ blob, start: 0, end }))
    const messages = await readStacked(this.#engine.blobs, pieces)
    const thread = this.#threads.reduce((one, other) => (other.waiting < one.waiting ? other : one))
    if (kind === 'header' && !thread.isUp && octetsOf(group) <= LITTLE) {
      // Starting the thread takes longer than this group, but is worth it if more groups follow.
      if (group.length === MOST_MESSAGES) thread.wake()
      await yieldToEventLoop()
      return packHeaders(unstacked(messages))
    }
    const structures = kind === 'body' ? group.map(({ structure }) => structure) : undefined
    return thread.run({ messages, structures }, [messages.bytes.buffer])
  }

  async #keepLoose(map: TextMap, group: readonly Packing[], { bytes, columns }: Packed): Promise<void> {
    const segment = looseSegment()
    map.segments.set(segment, { blob: '' as BlobRef, count: group.length, columns })
    await this.#scanner.keep(
      segment,
      Array.from(columns, ([name, { start, end }]) => [name, bytes.slice(start, end)] as const),
    )
    locate(map, segment, group)
  }

  /** Keeps the texts in memory if the disk is full, so that searches do not fail. */
  async #keepWhereThereIsRoom(map: TextMap, group: readonly Packing[], packed: Packed): Promise<void> {
    try {
      await this.#keep(map, group, packed)
    } catch (error) {
      if (!isRefusedFor('no-room', error)) throw error
      await this.#keepLoose(map, group, packed)
    }
  }

  async #keep(map: TextMap, group: readonly Packing[], { bytes, columns }: Packed): Promise<void> {
    const messages = group.map(({ message }) => message)
    const refuseLate = untilLate(this.#world)
    // Bytes first, row second: after a crash there may be unused bytes, but never a row without its bytes.
    const blob = await this.#engine.blobs.append(bytes, map.mailbox)
    const known = { blob, count: group.length, columns }
    const insert = () => {
      refuseLate()
      return insertSegment(map, known, messages)
    }
    const segment = await this.#engine.sql.write(insert, [map.mailbox])
    map.segments.set(segment, known)
    locate(map, segment, group)
  }
}

function locate(map: TextMap, segment: number, group: readonly Packing[]): void {
  for (const [slot, { uids }] of group.entries()) for (const uid of uids) map.put(uid, textLocationOf(segment, slot))
}

/** Adds work, and waits until fewer than `most` jobs are running. */
async function settledBelow(most: number, under: Set<Promise<void>>, work: Promise<void>): Promise<void> {
  const mine = work.finally(() => under.delete(mine))
  // The caller that waits for all jobs handles the error.
  mine.catch(() => {})
  under.add(mine)
  if (under.size >= most) await Promise.race(under)
}

const octetsOf = (group: readonly Packing[]): number => group.reduce((sum, { end }) => sum + end, 0)
