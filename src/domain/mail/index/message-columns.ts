import type { ModSeq, Uid } from '../../../core/ids.ts'
import { flagsKey, keywordsText } from '../flags/flags.ts'
import { type Columns, messagesIn, packIndexChunk, unpackIndexChunk } from './index-chunk.ts'
import { type Flags, SEEN } from '../types.ts'

const SMALLEST = 64
/** Octets of a message: its UID, the number of its flags, its mod-sequence. */
const MESSAGE_OCTETS = 4 + 4 + 8
/** The size of a chunk in UIDs, as a power of two. */
const CHUNK_BITS = 12

/** The state of a message in an index. */
export interface MessageState {
  readonly uid: Uid
  readonly flags: Flags
  readonly modSeq: ModSeq
}

/** UIDs, flags and mod-sequences of a folder's messages in typed arrays, in UID order. */
export class MessageColumns {
  #count = 0
  #uids = new Uint32Array(SMALLEST)
  #flags = new Uint32Array(SMALLEST)
  #modSeqs = new Float64Array(SMALLEST)
  readonly #sets = new FlagSets()
  /** Chunks that differ from their packed form. */
  #touched = new Set<number>()
  /** All messages before this position are seen. */
  #seen = 0
  /** The position of the last lookup. The next lookup is often for its neighbour. */
  #near = 0

  get count(): number {
    return this.#count
  }

  get keywords(): readonly string[] {
    return this.#sets.keywords
  }

  get octets(): number {
    return this.#uids.length * MESSAGE_OCTETS
  }

  uidAt(position: number): Uid {
    return this.#uids[position] as Uid
  }

  /** Sets the length of the array once, because there may be very many. */
  uidsBetween(start: number, end: number): Uid[] {
    const all = this.#uids
    const uids: Uid[] = []
    uids.length = Math.max(0, end - start)
    for (let at = start; at < end; at++) uids[at - start] = all[at] as Uid
    return uids
  }

  rank(uid: number): number {
    const near = this.#near
    if (near < this.#count && this.#uids[near] === uid) return near
    if (near + 1 < this.#count && this.#uids[near + 1] === uid) return (this.#near = near + 1)
    return (this.#near = this.#searched(uid))
  }

  #searched(uid: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#uids[middle]! < uid) low = middle + 1
      else high = middle
    }
    return low
  }

  positionOf(uid: Uid): number {
    const position = this.rank(uid)
    return position < this.#count && this.#uids[position] === uid ? position : -1
  }

  flagsAt(position: number): Flags {
    return this.#sets.at(this.#flags[position]!)
  }

  modSeqAt(position: number): ModSeq {
    return this.#modSeqs[position] as ModSeq
  }

  /** The UIDs of messages with a later mod-sequence. */
  changedSince(modSeq: number): Uid[] {
    const [uids, modSeqs, count] = [this.#uids, this.#modSeqs, this.#count]
    const changed: Uid[] = []
    for (let position = 0; position < count; position++) {
      if (modSeqs[position]! > modSeq) changed.push(uids[position] as Uid)
    }
    return changed
  }

  firstUnseen(): number {
    while (this.#seen < this.#count && this.flagsAt(this.#seen).system & SEEN) this.#seen++
    return this.#seen < this.#count ? this.#seen : -1
  }

  /** Adds messages in ascending order, after the existing ones. */
  append(states: readonly MessageState[]): void {
    this.#reserve(states.length)
    for (const { uid, flags, modSeq } of states) {
      this.#uids[this.#count] = uid
      this.#flags[this.#count] = this.#sets.hold(flags)
      this.#modSeqs[this.#count] = modSeq
      this.#count++
      this.#touched.add(uid >>> CHUNK_BITS)
    }
  }

  set(position: number, flags: Flags, modSeq: ModSeq): void {
    const before = this.#flags[position]!
    this.#flags[position] = this.#sets.hold(flags)
    this.#sets.release(before)
    this.#modSeqs[position] = modSeq
    this.#touched.add(this.#uids[position]! >>> CHUNK_BITS)
    if (position < this.#seen && !(flags.system & SEEN)) this.#seen = position
  }

  /** Removes messages by their ascending positions. */
  remove(positions: readonly number[]): void {
    for (const position of positions) {
      this.#touched.add(this.#uids[position]! >>> CHUNK_BITS)
      this.#sets.release(this.#flags[position]!)
    }
    for (const array of [this.#uids, this.#flags, this.#modSeqs]) closeGaps(array, positions, this.#count)
    this.#seen -= positions.filter((position) => position < this.#seen).length
    this.#count -= positions.length
  }

  /** Number of chunks that have to be packed. */
  get touched(): number {
    return this.#touched.size
  }

  /** Packs up to `most` of the changed chunks. An empty chunk has no octets. */
  pack(most: number): Map<number, Buffer | undefined> {
    const packed = new Map<number, Buffer | undefined>()
    for (const chunk of this.#touched) {
      if (packed.size === most) break
      this.#touched.delete(chunk)
      packed.set(chunk, this.#packed(chunk))
    }
    return packed
  }

  /** Marks chunks whose packed form was lost. */
  touch(chunks: Iterable<number>): void {
    for (const chunk of chunks) this.#touched.add(chunk)
  }

  /** Marks all chunks as changed. */
  touchAll(): void {
    for (let at = 0; at < this.#count; at++) this.#touched.add(this.#uids[at]! >>> CHUNK_BITS)
  }

  /** Adds the output of {@link pack}, chunk by chunk in ascending order. The chunks count as packed. */
  unpack(chunks: readonly Uint8Array[]): void {
    this.#reserve(chunks.reduce((messages, chunk) => messages + messagesIn(chunk), 0))
    for (const chunk of chunks) {
      const start = this.#count
      const numbered = unpackIndexChunk(chunk, this.#columns(), start)
      this.#count += messagesIn(chunk)
      const numbers = new Map(numbered.map(({ number, flags, messages }) => [number, this.#sets.hold(flags, messages)]))
      if ([...numbers].every(([packed, number]) => packed === number)) continue
      for (let at = start; at < this.#count; at++) this.#flags[at] = numbers.get(this.#flags[at]!)!
    }
  }

  #packed(chunk: number): Buffer | undefined {
    const start = this.rank(chunk * 2 ** CHUNK_BITS)
    const end = this.rank((chunk + 1) * 2 ** CHUNK_BITS)
    return start === end ? undefined : packIndexChunk(this.#columns(start, end), (number) => this.#sets.at(number))
  }

  #columns(start?: number, end?: number): Columns {
    return {
      uids: this.#uids.subarray(start, end),
      modSeqs: this.#modSeqs.subarray(start, end),
      flags: this.#flags.subarray(start, end),
    }
  }

  #reserve(more: number): void {
    const needed = this.#count + more
    if (needed <= this.#uids.length) return
    const size = Math.max(needed, Math.ceil(this.#uids.length * 1.5))
    this.#uids = grown(this.#uids, new Uint32Array(size))
    this.#flags = grown(this.#flags, new Uint32Array(size))
    this.#modSeqs = grown(this.#modSeqs, new Float64Array(size))
  }
}

/** Moves the elements after each position down by one. */
function closeGaps(array: Uint32Array | Float64Array, positions: readonly number[], count: number): void {
  positions.forEach((position, nth) => array.copyWithin(position - nth, position + 1, positions[nth + 1] ?? count))
}

function grown<T extends Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Keeps one object for equal flags, with a small number, for as long as a message has them. */
export class FlagSets {
  readonly #numbers = new Map<string, number>()
  #flags: (Flags | undefined)[] = []
  #held: number[] = []
  readonly #free: number[] = []
  #keywords: readonly string[] | undefined
  /** The flags of the last call, and their number. Many messages get the same flags. */
  #last: Flags | undefined
  #lastNumber = 0

  /** Adds messages with these flags. Returns the number of the flags. */
  hold(flags: Flags, messages = 1): number {
    if (flags !== this.#last) {
      this.#lastNumber = this.#numberOf(flags)
      this.#last = flags
    }
    this.#held[this.#lastNumber]! += messages
    return this.#lastNumber
  }

  #numberOf(flags: Flags): number {
    const key = flagsKey(flags.system, keywordsText(flags))
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#free.pop() ?? this.#flags.length
    this.#numbers.set(key, number)
    this.#flags[number] = flags
    this.#held[number] = 0
    if (flags.keywords.length > 0) this.#keywords = undefined
    return number
  }

  /** Removes a message. */
  release(number: number): void {
    if (--this.#held[number]! > 0) return
    const flags = this.at(number)
    this.#numbers.delete(flagsKey(flags.system, keywordsText(flags)))
    this.#flags[number] = undefined
    if (this.#lastNumber === number) this.#last = undefined
    this.#free.push(number)
    if (flags.keywords.length > 0) this.#keywords = undefined
  }

  at(number: number): Flags {
    return this.#flags[number]!
  }

  /** All keywords in use, sorted. */
  get keywords(): readonly string[] {
    this.#keywords ??= [...new Set(this.#flags.flatMap((flags) => flags?.keywords ?? []))].sort()
    return this.#keywords
  }
}
