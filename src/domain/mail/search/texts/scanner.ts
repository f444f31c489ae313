import type { Log } from '../../../../core/log.ts'
import { sibling } from '../../../../core/sibling.ts'
import type { BlobPiece, Blobs } from '../../../../storage/engine.ts'
import type { Ask } from '../leaves.ts'
import { columnsFor } from './columns.ts'
import type { Verdicts } from '../verdicts.ts'
import { Residents } from './residents.ts'
import { columnKey, type NamedBytes, type ScanJob, type Scanned, type ScannedSegment } from './text-jobs.ts'
import { type KnownSegment, isLoose } from './text-map.ts'
import { Thread } from './thread.ts'

/** A segment that is to be looked through. */
export interface Wanted {
  readonly segment: number
  readonly known: KnownSegment
}

/** A column of a segment that is to be looked through. */
interface WantedColumn extends Wanted {
  readonly name: string
  readonly key: string
}

type Bytes = Uint8Array<ArrayBuffer>

/** Looks through segments on a thread beside, which keeps the columns that were looked through last. */
export class Scanner {
  readonly #blobs: Blobs
  readonly #log: Log
  readonly #residents: Residents
  readonly #thread: Thread<ScanJob, Scanned>

  /** `octets`: memory for columns. */
  constructor(blobs: Blobs, log: Log, octets: number) {
    this.#blobs = blobs
    this.#log = log
    this.#residents = new Residents(octets)
    this.#thread = new Thread(sibling('scan-worker', import.meta.url), () => this.#residents.clear())
  }

  /** Columns as they were packed: need not be read when they are wanted next. */
  async keep(segment: number, packed: readonly NamedBytes[]): Promise<void> {
    const put = packed.map(([name, bytes]) => [columnKey(segment, name), bytes] as const)
    await this.#send(put, [], [])
  }

  /**
   * What the columns say: a verdict for each message of each segment, for each ask. `lost` are the segments that cannot be
   * read; where there are any, there is no answer.
   */
  async scan(
    asks: readonly Ask[],
    wanted: readonly Wanted[],
  ): Promise<Verdicts | { readonly lost: readonly number[] }> {
    const names = [...new Set(asks.flatMap(columnsFor))]
    const columns = wanted.flatMap((one) => names.map((name) => ({ ...one, name, key: columnKey(one.segment, name) })))
    const read = new Map<string, Bytes>()
    for (;;) {
      const missing = columns.filter(({ key }) => !this.#residents.has(key) && !read.has(key))
      if (missing.length === 0) break
      const lost = await this.#read(missing, read)
      if (lost.length > 0) return { lost }
    }
    // From here to the thread nothing waits, so that nothing is dropped in between.
    const put = [...read].filter(([key]) => !this.#residents.has(key))
    for (const { key } of columns) if (!read.has(key)) this.#residents.use(key)
    const segments = wanted.map(({ segment, known }) => ({ segment, count: known.count }))
    const { verdicts, damaged } = await this.#send(put, asks, segments)
    if (damaged.length === 0) return verdicts
    await this.#drop(columns.filter(({ segment }) => damaged.includes(segment)).map(({ key }) => key))
    return { lost: damaged }
  }

  /** A column that stays here. */
  async column({ segment, known }: Wanted, name: string): Promise<Bytes | undefined> {
    const found = new Map<string, Bytes>()
    const key = columnKey(segment, name)
    await this.#read([{ segment, known, name, key }], found)
    return found.get(key)
  }

  async #drop(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#residents.drop(key)
    await this.#thread.run({ put: [], drop: keys, asks: [], segments: [] }, [])
  }

  #send(put: readonly NamedBytes[], asks: readonly Ask[], segments: readonly ScannedSegment[]): Promise<Scanned> {
    for (const [key, { length }] of put) this.#residents.use(key, length)
    const given = put.map(([, { buffer }]) => buffer)
    return this.#thread.run({ put, drop: this.#residents.shrink(), asks, segments }, given)
  }

  /** The segments that cannot be read. */
  async #read(columns: readonly WantedColumn[], into: Map<string, Bytes>): Promise<readonly number[]> {
    const bySegment = [...Map.groupBy(columns, ({ segment }) => segment)]
    const read = await Promise.all(bySegment.map(([segment, mine]) => this.#readSegment(segment, mine, into)))
    return bySegment.flatMap(([segment], nth) => (read[nth] ? [] : [segment]))
  }

  async #readSegment(segment: number, columns: readonly WantedColumn[], into: Map<string, Bytes>): Promise<boolean> {
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

function pieceOf({ known, name }: WantedColumn): BlobPiece {
  const { start = 0, end = 0 } = known.columns.get(name) ?? {}
  return { blob: known.blob, start, end }
}

/** To be given away: what was read by itself as it is, or a copy. */
const ownBytes = ({ buffer, byteOffset, byteLength }: Buffer): Bytes =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength))
