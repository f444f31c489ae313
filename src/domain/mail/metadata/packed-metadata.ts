import type { FolderId, MailboxId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import { ask, type Sql, sql, type Statement, type Statements } from '../../../storage/engine.ts'
import { DelayedQueue } from '../delayed-queue.ts'
import type { MailFeature } from '../hooks.ts'
import { uidStatements } from '../uid-statements.ts'
import { CHUNK, ChunkFigures, chunkOf, ChunkSlices } from './chunk-figures.ts'
import { type MetadataRow, type MetadataRows, type PartName, partOf, rowsBetween } from './from-rows.ts'

/** The format of the octets. Chunks in another format are ignored and replaced. */
const FORMAT = 2
/** The number of messages from which on a chunk is packed. */
const DENSE = 32

/** Packed chunks are large: a statement that deletes 64 of them takes a few milliseconds. */
const TOGETHER = 64

/** The parts that clients request for whole folders. */
const packedParts = ['figures', 'internalDate', 'blob', 'envelope', 'bodyStructure'] as const satisfies PartName[]

const isPackedPart = (part: PartName): boolean => (packedParts as readonly PartName[]).includes(part)

/** True if a chunk with `messages` messages should have been packed, given the requested parts. */
export const shouldBePacked = (messages: number, wanted: readonly PartName[]): boolean =>
  messages >= DENSE && wanted.some(isPackedPart)

/** Reads those of the parts that are packed. */
export async function readPackedMetadata(
  rows: Sql,
  folder: FolderId,
  chunk: number,
  parts: readonly PartName[],
): Promise<ReadonlyMap<PartName, MetadataRows>> {
  const wanted = parts.filter(isPackedPart)
  if (wanted.length === 0) return new Map()
  const found = await rows.all<{ part: PartName; bytes: Uint8Array }>(selectParts(folder, chunk, wanted))
  return new Map(
    found.map(({ part, bytes }) => [part, part === 'figures' ? new ChunkFigures(bytes) : new ChunkSlices(bytes)]),
  )
}

/** Selects all parts with one statement. */
function selectParts(folder: FolderId, chunk: number, parts: readonly PartName[]): Statement {
  const head = [
    'select part, bytes from mail_metadata where folder = ',
    ' and chunk = ',
    ' and format = ',
    ' and part in (',
  ]
  return { parts: [...head, ...parts.slice(1).map(() => ', '), ')'], args: [folder, chunk, FORMAT, ...parts] }
}

/** Packs a complete chunk if it has enough messages. Returns false if not. */
export function* packMetadata(folder: FolderId, chunk: number): Statements<boolean> {
  const rows = yield* ask<MetadataRow>(rowsBetween(folder, packedParts, chunk * CHUNK, (chunk + 1) * CHUNK))
  if (rows.length < DENSE) return false
  for (const part of packedParts) {
    const { bytes } = partOf(part, rows)
    yield* ask(
      sql`insert into mail_metadata (folder, chunk, part, format, bytes)
          values (${folder}, ${chunk}, ${part}, ${FORMAT}, ${bytes})
          on conflict (folder, chunk, part) do update set format = excluded.format, bytes = excluded.bytes`,
    )
  }
  return true
}

/** Deletes the packed chunks from which messages were removed. `uids` are ascending. */
function* dropPackedMetadata(folder: FolderId, uids: readonly number[]): Statements<void> {
  const chunks = [...new Set(uids.map(chunkOf))]
  const head = sql`delete from mail_metadata where folder = ${folder} and chunk`
  for (const statement of uidStatements(head, chunks, '', TOGETHER)) yield* ask(statement)
}

/** Milliseconds between the first scheduled chunk and the work. */
const DELAY = 1000
/** The most scheduled chunks. Others are packed when they are read next. */
const MOST = 16_384

export interface Chunk {
  readonly mailbox: MailboxId
  readonly folder: FolderId
  readonly chunk: number
}

/** Packs chunks of metadata in the background, one per write, so that other writes can run in between. */
export class MetadataPacker {
  readonly #rows: Sql
  readonly #log: Log
  readonly #queue: DelayedQueue<string, Chunk>
  /** Number of chunks that were packed since the start. */
  packed = 0

  constructor(rows: Sql, world: World, log: Log) {
    this.#rows = rows
    this.#log = log
    this.#queue = new DelayedQueue(world, DELAY, (chunk) => this.#pack(chunk))
  }

  /** Schedules a chunk to which no message will be added. */
  due(chunk: Chunk): void {
    if (this.#queue.size < MOST) this.#queue.schedule(`${chunk.folder} ${chunk.chunk}`, chunk)
  }

  /** Drops the scheduled chunks, which are packed when they are read next. Resolves when no work is running. */
  async settled(): Promise<void> {
    this.#queue.clear()
    await this.#queue.settled()
  }

  async #pack({ mailbox, folder, chunk }: Chunk): Promise<void> {
    try {
      if (await this.#rows.write(() => packMetadata(folder, chunk), [mailbox])) this.packed++
    } catch (error) {
      this.#log.warn({ error }, 'Metadata could not be packed')
      this.#queue.clear()
    }
  }
}

/** Deletes packed metadata with its messages, and schedules the chunks that a write completed. */
export const packedMetadataFeature = (packer: MetadataPacker): MailFeature => ({
  removed: dropPackedMetadata,
  committed(mailbox, taken) {
    for (const { folder, first, next } of taken) {
      for (let chunk = chunkOf(first); chunk < chunkOf(next); chunk++) packer.due({ mailbox, folder, chunk })
    }
  },
})
