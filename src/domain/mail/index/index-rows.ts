import type { FolderId, ModSeq } from '../../../core/ids.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../../storage/engine.ts'

/** The format of a chunk's octets. Chunks in another format are ignored and replaced. */
const FORMAT = 1

/** A folder's index as it was at a mod-sequence of its mailbox. */
export interface PackedIndex {
  readonly mark: ModSeq
  /** In UID order. */
  readonly chunks: readonly Uint8Array[]
}

export async function readPackedIndex(rows: Sql, folder: FolderId): Promise<PackedIndex | undefined> {
  // One statement, so that mark and chunks are from the same moment.
  const found = await rows.all<{ mark: ModSeq; bytes: Uint8Array | null }>(
    sql`select p.mark, c.bytes from mail_index p left join mail_index_chunk c on c.folder = p.folder
        where p.folder = ${folder} and p.format = ${FORMAT} order by c.chunk`,
  )
  return found[0] && { mark: found[0].mark, chunks: found.flatMap(({ bytes }) => bytes ?? []) }
}

export interface Packing {
  readonly folder: FolderId
  /** The mark at which the other chunks were packed; undefined if `chunks` holds all of them. */
  readonly before: ModSeq | undefined
  readonly mark: ModSeq
  /** By chunk number. An empty chunk has no octets. */
  readonly chunks: ReadonlyMap<number, Uint8Array | undefined>
}

/**
 * Replaces the packed form of a folder. Returns `stale` if the stored form is not from `before`: then all chunks are
 * needed; `late` if a newer form is stored, or the folder was deleted.
 */
export function* writePackedIndex({ folder, before, mark, chunks }: Packing): Statements<'done' | 'stale' | 'late'> {
  const there = yield* askOne<{ mark: ModSeq | null; format: number | null }>(
    sql`select p.mark, p.format from mail_folder f left join mail_index p on p.folder = f.id where f.id = ${folder}`,
  )
  if (!there || (there.mark ?? -1) > mark) return 'late'
  if (before === undefined) yield* dropPackedIndex(folder)
  else if (there.mark !== before || there.format !== FORMAT) return 'stale'
  for (const [chunk, bytes] of chunks) {
    yield* ask(
      bytes
        ? sql`insert into mail_index_chunk (folder, chunk, bytes) values (${folder}, ${chunk}, ${bytes})
              on conflict (folder, chunk) do update set bytes = excluded.bytes`
        : sql`delete from mail_index_chunk where folder = ${folder} and chunk = ${chunk}`,
    )
  }
  yield* ask(
    sql`insert into mail_index (folder, format, mark) values (${folder}, ${FORMAT}, ${mark})
        on conflict (folder) do update set format = excluded.format, mark = excluded.mark`,
  )
  return 'done'
}

export function* dropPackedIndex(folder: FolderId): Statements<void> {
  yield* ask(sql`delete from mail_index_chunk where folder = ${folder}`)
  yield* ask(sql`delete from mail_index where folder = ${folder}`)
}
