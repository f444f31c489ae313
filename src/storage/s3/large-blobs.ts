import { WorkSlots } from '../../core/concurrency.ts'
import type { MailboxId } from '../../core/ids.ts'
import type { BlobRef } from '../engine.ts'
import type { PackDatabase } from './database.ts'
import { type ObjectStore, PART } from './object-store.ts'
import { HEADER, locationOf, RECORD, recordsOf, refOf, storedLength, writeRecord } from './record.ts'

/** Uploads that are under way at a time. Each needs memory for a part and for its copy in the HTTP client. */
const UPLOADS = 2

const unlimited = new AbortController().signal

interface Parts {
  readonly database: PackDatabase
  readonly objects: ObjectStore
  readonly node: string
  readonly key: (pack: number) => string
}

/** Stores bytes that are longer than a record: a pack and an object for each. */
export class LargeBlobs {
  readonly #parts: Parts
  readonly #slots = new WorkSlots(UPLOADS)

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Resolves when the object is stored and its pack is known. */
  async append(bytes: Uint8Array, near?: MailboxId): Promise<BlobRef> {
    const release = await this.#slots.take('uploads', unlimited)
    try {
      return await this.#append(bytes, near)
    } finally {
      release()
    }
  }

  /** Removes bytes that no row names and no row will name. */
  async discard(ref: BlobRef): Promise<void> {
    const { database, objects } = this.#parts
    const removed = await database.query<{ object: string }>(
      `delete from engine_pack where pack = $1 and slot < 0 returning object`,
      [locationOf(ref).pack],
    )
    for (const { object } of removed) await objects.remove(object).catch(() => {})
  }

  async #append(bytes: Uint8Array, near: MailboxId | undefined): Promise<BlobRef> {
    const { database, objects, node, key } = this.#parts
    const [{ pack }] = (await database.query<{ pack: number }>(NUMBER)) as [{ pack: number }]
    const object = key(pack)
    const octets = storedLength(bytes.length)
    const parts = partsOf(bytes, pack, near)
    if (octets <= PART) for (const part of parts) await objects.put(object, part)
    else await objects.upload(object, parts)
    await database.query(
      `insert into engine_pack (pack, node, slot, state, octets, object) values ($1, $2, -1, 'stored', $3, $4)`,
      [pack, node, octets, object],
    )
    return refOf({ pack, offset: 0, length: bytes.length })
  }
}

const NUMBER = `select nextval(pg_get_serial_sequence('engine_pack', 'pack')) as pack`

/** The octets of the object in parts, which share their memory: one at a time. */
function* partsOf(bytes: Uint8Array, pack: number, near: MailboxId | undefined): Generator<Buffer> {
  const part = Buffer.allocUnsafeSlow(Math.min(PART, storedLength(bytes.length)))
  const record = Buffer.allocUnsafeSlow(HEADER + RECORD)
  let filled = 0
  for (const { offset, from, length } of recordsOf({ pack, offset: 0, length: bytes.length })) {
    writeRecord(record, bytes.subarray(from, from + length), { pack, offset, near })
    for (let at = 0; at < HEADER + length;) {
      const copied = record.copy(part, filled, at, HEADER + length)
      at += copied
      filled += copied
      if (filled < part.length) continue
      yield part
      filled = 0
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}
