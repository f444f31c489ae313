import type { Log } from '../../../../core/log.ts'
import { sibling } from '../../../../core/sibling.ts'
import type { BlobPiece, BlobRef, Blobs } from '../../../../storage/engine.ts'
import type { Ask, BodyAsk } from '../leaves.ts'
import { UNKNOWN, verdicts } from '../verdicts.ts'
import { ColumnReader } from './column-reader.ts'
import { columnsFor, TRIGRAM_FILTER } from './text-column.ts'
import {
  columnKey,
  type ColumnCaching,
  type LookResult,
  type NamedBytes,
  type ReadJob,
  readStacked,
  type Scanned,
  type ScannedSegment,
  type Sifted,
} from './text-jobs.ts'
import { isLoose } from './text-map.ts'
import type { Segment } from './text-rows.ts'
import { WorkerThread } from './thread.ts'

/** A segment to search. */
export interface SegmentRequest {
  readonly segment: number
  readonly known: Segment
}

/** A column of a segment to search. */
interface ColumnRequest extends SegmentRequest {
  readonly name: string
  readonly key: string
}

/** The texts of a message, as offsets in a blob: its header lines and its body. */
export interface TextsRequest {
  readonly blob: BlobRef
  readonly lines: readonly [from: number, upTo: number]
  readonly body: readonly [from: number, upTo: number]
}

/** Segments that cannot be read. */
export interface Lost {
  readonly lost: readonly number[]
}

type Bytes = Uint8Array<ArrayBuffer>

/** Octets of columns that are searched on the main thread while the thread starts. */
const LITTLE = 1024 ** 2

/** Searches texts on a worker thread, which keeps the recently used columns in memory. */
export class TextScanner {
  readonly #blobs: Blobs
  readonly #log: Log
  readonly #residents: Residents
  readonly #thread: WorkerThread<ReadJob, Scanned | Sifted | LookResult>

  /** `octets`: memory for columns. */
  constructor(blobs: Blobs, log: Log, octets: number) {
    this.#blobs = blobs
    this.#log = log
    this.#residents = new Residents(octets)
    this.#thread = new WorkerThread(sibling('scan-worker', import.meta.url), { lost: () => this.#residents.clear() })
  }

  /** Gives packed columns to the thread, so that the next search need not read them. */
  async keep(segment: number, packed: readonly NamedBytes[]): Promise<void> {
    const put = packed.map(([name, bytes]) => [columnKey(segment, name), bytes] as const)
    await this.#run<Scanned>({ ...this.#keeping(put), kind: 'scan', asks: [], segments: [] })
  }

  /** Returns the columns' verdicts on each message of each segment, for each ask. */
  scan(asks: readonly Ask[], wanted: readonly SegmentRequest[], signal?: AbortSignal): Promise<Scanned | Lost> {
    const names = [...new Set(asks.flatMap(columnsFor))]
    return this.#over(wanted, names, (keeping, segments) => ({ ...keeping, kind: 'scan', asks, segments }), signal)
  }

  /** Returns the messages that may contain a term, and where their texts lie. */
  sift(asks: readonly BodyAsk[], wanted: readonly SegmentRequest[], signal?: AbortSignal): Promise<Sifted | Lost> {
    return this.#over(
      wanted,
      [TRIGRAM_FILTER],
      (keeping, segments) => ({ ...keeping, kind: 'sift', asks, segments }),
      signal,
    )
  }

  /** Searches texts of messages. */
  async look(asks: readonly BodyAsk[], wanted: readonly TextsRequest[], signal?: AbortSignal): Promise<LookResult> {
    const withLines = asks.some(({ of }) => of === 'text')
    const pieces = wanted.flatMap(({ blob, lines, body }): BlobPiece[] => [
      { blob, start: lines[0], end: withLines ? lines[1] : lines[0] },
      { blob, start: body[0], end: body[1] },
    ])
    try {
      const texts = await readStacked(this.#blobs, pieces)
      return await this.#run<LookResult>({ put: [], drop: [], kind: 'look', asks, texts }, [texts.bytes.buffer], signal)
    } catch (error) {
      signal?.throwIfAborted()
      this.#log.warn({ error }, 'Texts of messages could not be read')
      return { verdicts: verdicts(asks.length * wanted.length, UNKNOWN), damaged: [...wanted.keys()] }
    }
  }

  /** Runs a job with columns of these segments on the thread. Sends the columns that the thread does not have. */
  async #over<R extends Scanned | Sifted>(
    wanted: readonly SegmentRequest[],
    names: readonly string[],
    jobWith: (keeping: ColumnCaching, segments: readonly ScannedSegment[]) => ReadJob,
    signal: AbortSignal | undefined,
  ): Promise<R | Lost> {
    const columns = wanted.flatMap((one) => names.map((name) => ({ ...one, name, key: columnKey(one.segment, name) })))
    const read = new Map<string, Bytes>()
    for (;;) {
      const missing = columns.filter(({ key }) => !this.#residents.has(key) && !read.has(key))
      if (missing.length === 0) break
      const lost = await this.#read(missing, read)
      if (lost.length > 0) return { lost }
    }
    const segments = wanted.map(({ segment, known }) => ({ segment, count: known.count }))
    if (!this.#thread.isUp && read.size === columns.length && octetsOf(read) <= LITTLE) {
      return this.#here<R>(jobWith({ put: [...read], drop: [] }, segments))
    }
    // No await between here and the thread, so that no column is dropped in between.
    const put = [...read].filter(([key]) => !this.#residents.has(key))
    for (const { key } of columns) if (!read.has(key)) this.#residents.use(key)
    const answer = await this.#run<R>(jobWith(this.#keeping(put), segments), [], signal)
    if (answer.damaged.length === 0) return answer
    await this.#drop(columns.filter(({ segment }) => answer.damaged.includes(segment)).map(({ key }) => key))
    return { lost: answer.damaged }
  }

  /** Does a small job on the main thread while the worker thread starts, which takes longer. */
  #here<R extends Scanned | Sifted>(job: ReadJob): R | Lost {
    this.#thread.wake()
    const answer = new ColumnReader().answer(job).result as R
    return answer.damaged.length === 0 ? answer : { lost: answer.damaged }
  }

  #keeping(put: readonly NamedBytes[]): ColumnCaching {
    for (const [key, { length }] of put) this.#residents.use(key, length)
    return { put, drop: this.#residents.shrink() }
  }

  async #drop(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#residents.drop(key)
    await this.#run<Scanned>({ put: [], drop: keys, kind: 'scan', asks: [], segments: [] })
  }

  /** The result is of the job's kind. Rejects if the job is cancelled; columns are still added and dropped. */
  async #run<R extends Scanned | Sifted | LookResult>(
    job: ReadJob,
    given: readonly ArrayBuffer[] = [],
    signal?: AbortSignal,
  ): Promise<R> {
    const { put, drop } = job
    const instead: ReadJob = { put, drop, kind: 'scan', asks: [], segments: [] }
    const buffers = [...given, ...put.map(([, { buffer }]) => buffer)]
    const answer = await this.#thread.run(job, buffers, { signal, instead })
    signal?.throwIfAborted()
    return answer as R
  }

  /** Returns the segments that cannot be read. */
  async #read(columns: readonly ColumnRequest[], into: Map<string, Bytes>): Promise<readonly number[]> {
    const bySegment = [...Map.groupBy(columns, ({ segment }) => segment)]
    const read = await Promise.all(bySegment.map(([segment, mine]) => this.#readSegment(segment, mine, into)))
    return bySegment.flatMap(([segment], nth) => (read[nth] ? [] : [segment]))
  }

  async #readSegment(segment: number, columns: readonly ColumnRequest[], into: Map<string, Bytes>): Promise<boolean> {
    if (isLoose(segment)) return false
    try {
      const found = await this.#blobs.readAll(columns.map(pieceOf))
      for (const [nth, { key }] of columns.entries()) into.set(key, ownBytes(found[nth]!))
      return true
    } catch (error) {
      this.#log.warn({ error }, 'Texts of messages could not be read')
      return false
    }
  }
}

function octetsOf(columns: ReadonlyMap<string, Bytes>): number {
  let octets = 0
  for (const { length } of columns.values()) octets += length
  return octets
}

function pieceOf({ known, name }: ColumnRequest): BlobPiece {
  const { start = 0, end = 0 } = known.columns.get(name) ?? {}
  return { blob: known.blob, start, end }
}

/** Octets that can be transferred: the buffer itself if it holds nothing else, or a copy. */
const ownBytes = ({ buffer, byteOffset, byteLength }: Buffer): Bytes =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength))

/** The columns that the thread keeps, within a budget. */
class Residents {
  readonly #budget: number
  /** Octets by column key, the least recently used first. */
  readonly #columns = new Map<string, number>()
  #octets = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  has(key: string): boolean {
    return this.#columns.has(key)
  }

  /** Marks a column as used, or adds it. */
  use(key: string, octets?: number): void {
    const known = this.#columns.get(key)
    const size = octets ?? known
    if (size === undefined) throw new Error(`${key} is not here`)
    this.#octets += size - (known ?? 0)
    this.#columns.delete(key)
    this.#columns.set(key, size)
  }

  /** Removes a column. */
  drop(key: string): void {
    this.#octets -= this.#columns.get(key) ?? 0
    this.#columns.delete(key)
  }

  /** Removes the columns beyond the budget. Returns their keys. */
  shrink(): readonly string[] {
    const dropped: string[] = []
    for (const [key, octets] of this.#columns) {
      if (this.#octets <= this.#budget) break
      this.#columns.delete(key)
      this.#octets -= octets
      dropped.push(key)
    }
    return dropped
  }

  clear(): void {
    this.#columns.clear()
    this.#octets = 0
  }
}
