import { nextTurn } from '../../../core/next-turn.ts'
import { parseDate } from '../../../codecs/mime/date.ts'
import { readEnvelope } from '../../../codecs/mime/envelope.ts'
import { readHeader } from '../../../codecs/mime/header.ts'
import { decodeStructure } from '../../../codecs/mime/structure.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, sql, type Statements } from '../../../storage/engine.ts'
import { referencesIn, type SortKeys, sortKeysOf } from './sort-keys.ts'

/** Messages whose headers are read before their keys are written down. */
const BATCH = 64
/** Messages that are looked at for those that have none. */
const PAGE = 4096
const MOST_FIELDS = 10_000
const MOST_HEADER_OCTETS = 4 * 1024 * 1024

/** A message that has no keys yet. */
interface Bare {
  readonly id: number
  readonly blob: BlobRef
  readonly structure: string
}

/** What is written down of a message: its keys, and the date that was sent with it. */
export type WrittenKeys = SortKeys & { readonly sentAt: number | null }

/**
 * Writes a message's keys down, unless it is gone. RFC 5256 §2.2: where no date was sent, the internal date is it. No client
 * knows of parts of its seconds, and messages of one second are in the order of their numbers.
 */
export function* insertSortKeys(message: number, keys: WrittenKeys): Statements<void> {
  yield* ask(
    sql`insert into mail_sort_key
          (message, arrival, date, size, subject, reply, sender, recipient, copied, display_from, display_to, message_id, refs)
        select id, received_at / 1000 * 1000, coalesce(${keys.sentAt}, received_at / 1000 * 1000), octets, ${keys.subject}, ${keys.reply ? 1 : 0},
          ${keys.from}, ${keys.to}, ${keys.cc}, ${keys.displayFrom}, ${keys.displayTo}, ${keys.messageId}, ${keys.references}
        from mail_message where id = ${message}
        on conflict (message) do nothing`,
  )
}

/** Gives keys to the folder's messages from a UID on that came before there were keys. Others get their turn in between. */
export async function makeSortKeys(engine: Engine, folder: FolderId, from: Uid): Promise<void> {
  for (let start: number = from; ;) {
    const page = await engine.sql.first<{ last: Uid | null }>(
      sql`select max(uid) as last from
            (select uid from mail_state where folder = ${folder} and uid >= ${start} order by uid limit ${PAGE})`,
    )
    if (!page || page.last === null) return
    await makeWithin(engine, folder, [start, page.last])
    start = page.last + 1
    await nextTurn()
  }
}

async function makeWithin(engine: Engine, folder: FolderId, [first, last]: readonly [number, number]): Promise<void> {
  for (;;) {
    const bare = await engine.sql.all<Bare>(
      sql`select m.id, m.blob, m.structure from mail_state s join mail_message m on m.id = s.message
          where s.folder = ${folder} and s.uid between ${first} and ${last}
            and not exists (select 1 from mail_sort_key k where k.message = s.message)
          order by s.uid limit ${BATCH}`,
    )
    if (bare.length === 0) return
    const made = await Promise.all(bare.map((message) => readKeys(engine, message)))
    await engine.sql.write(function* () {
      for (const [nth, keys] of made.entries()) yield* insertSortKeys(bare[nth]!.id, keys)
    })
  }
}

async function readKeys({ blobs }: Engine, { blob, structure }: Bare): Promise<WrittenKeys> {
  const end = Math.min(decodeStructure(structure).bodyStart, MOST_HEADER_OCTETS)
  const bytes = await blobs.read(blob, 0, end)
  const fields = readHeader(bytes, 0, bytes.length, MOST_FIELDS)
  const envelope = readEnvelope(bytes, fields)
  const sentAt = parseDate(envelope.date ?? '')?.at ?? null
  return { ...sortKeysOf(envelope, referencesIn(bytes, fields)), sentAt }
}
