import { type BlobRef, type Blobs, type Sql, sql } from '../../../../storage/engine.ts'

/** References told at a time. */
const SOME = 256

/** Which bytes hold texts: those that rows name, and those whose row is still on its way. */
export class TextBlobs {
  readonly #rows: Sql
  readonly #blobs: Blobs
  readonly #onTheirWay = new Set<BlobRef>()

  constructor(rows: Sql, blobs: Blobs) {
    this.#rows = rows
    this.#blobs = blobs
  }

  /** Makes bytes durable, and has a row written that names them. */
  async append<T>(bytes: Uint8Array, named: (blob: BlobRef) => Promise<T>): Promise<T> {
    const blob = await this.#blobs.append(bytes)
    this.#onTheirWay.add(blob)
    try {
      return await named(blob)
    } finally {
      this.#onTheirWay.delete(blob)
    }
  }

  /** Some of the references between these two, in ascending order; none when there are no more. */
  async names(after: string, until: string): Promise<readonly BlobRef[]> {
    // First, so that one whose row is written meanwhile is found in either place.
    const onTheirWay = [...this.#onTheirWay].filter((blob) => blob > after && blob < until)
    const found = await this.#rows.all<{ blob: BlobRef }>(
      sql`select blob from mail_text where blob > ${after} and blob < ${until} order by blob limit ${SOME}`,
    )
    const named = found.map(({ blob }) => blob)
    const last = named.length < SOME ? until : named.at(-1)!
    return [...new Set([...named, ...onTheirWay.filter((blob) => blob <= last)])].sort()
  }
}
