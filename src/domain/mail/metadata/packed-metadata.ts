import type { FolderId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import { ask, type Sql, sql, type Statement, type Statements } from '../../../storage/engine.ts'
import type { MailFeature } from '../hooks.ts'
import { uidStatements } from '../uid-statements.ts'
import { CHUNK, ChunkFigures, chunkOf, ChunkSlices } from './chunk-figures.ts'
import { type MetadataRow, type MetadataRows, type PartName, partOf, rowsBetween } from './from-rows.ts'

/** Of the bytes: what was written in another one is passed over and replaced. */
const FORMAT = 2
/** Messages from which on a chunk is worth its while. */
const DENSE = 32

/** What is packed is large: a statement that covers so many chunks takes some milliseconds. */
const TOGETHER = 64

/** What is asked for of whole folders at a time. */
const kept = ['figures', 'internalDate', 'blob', 'envelope', 'bodyStructure'] as const satisfies PartName[]

const isKept = (part: PartName): boolean => (kept as readonly PartName[]).includes(part)

/** Whether a chunk with so many messages, of which these parts were wanted, should have been packed. */
export const shouldBePacked = (messages: number, wanted: readonly PartName[]): boolean =>
  messages >= DENSE && wanted.some(isKept)

/** Those of the parts that are packed. */
export async function readPackedMetadata(
  rows: Sql,
  folder: FolderId,
  chunk: number,
  parts: readonly PartName[],
): Promise<ReadonlyMap<PartName, MetadataRows>> {
  const wanted = parts.filter(isKept)
  if (wanted.length === 0) return new Map()
  const found = await rows.all<{ part: PartName; bytes: Uint8Array }>(packedParts(folder, chunk, wanted))
  return new Map(
    found.map(({ part, bytes }) => [part, part === 'figures' ? new ChunkFigures(bytes) : new ChunkSlices(bytes)]),
  )
}

/** One statement for all of them. */
function packedParts(folder: FolderId, chunk: number, parts: readonly PartName[]): Statement {
  const head = [
    'select part, bytes from mail_metadata where folder = ',
    ' and chunk = ',
    ' and format = ',
    ' and part in (',
  ]
  return { parts: [...head, ...parts.slice(1).map(() => ', '), ')'], args: [folder, chunk, FORMAT, ...parts] }
}

/** Packs a chunk that no message will be added to any more, if enough of it is there. Whether it was. */
export function* packMetadata(folder: FolderId, chunk: number): Statements<boolean> {
  const rows = yield* ask<MetadataRow>(rowsBetween(folder, kept, chunk * CHUNK, (chunk + 1) * CHUNK))
  if (rows.length < DENSE) return false
  for (const part of kept) {
    const { bytes } = partOf(part, rows)
    yield* ask(
      sql`insert into mail_metadata (folder, chunk, part, format, bytes)
          values (${folder}, ${chunk}, ${part}, ${FORMAT}, ${bytes})
          on conflict (folder, chunk, part) do update set format = excluded.format, bytes = excluded.bytes`,
    )
  }
  return true
}

/** What is packed of chunks out of which messages go shall not outlive them. `uids` are ascending. */
function* dropPackedMetadata(folder: FolderId, uids: readonly number[]): Statements<void> {
  const chunks = [...new Set(uids.map(chunkOf))]
  const head = sql`delete from mail_metadata where folder = ${folder} and chunk`
  for (const statement of uidStatements(head, chunks, '', TOGETHER)) yield* ask(statement)
}

/** Milliseconds from the first chunk that is due to the work. */
const DELAY = 1000
/** Chunks that may be due; what is beyond that is packed when it is next read. */
const MOST = 16_384

/** Packs chunks of metadata behind, one write each, so that others get their turn. */
export class MetadataPacker {
  readonly #rows: Sql
  readonly #world: World
  readonly #log: Log
  readonly #due = new Map<string, { readonly folder: FolderId; readonly chunk: number }>()
  #running: Promise<void> | undefined
  #waiting = false
  /** Chunks packed since the start. */
  packed = 0

  constructor(rows: Sql, world: World, log: Log) {
    this.#rows = rows
    this.#world = world
    this.#log = log
  }

  /** No message will be added to the chunk any more. */
  due(folder: FolderId, chunk: number): void {
    if (this.#due.size >= MOST) return
    this.#due.set(`${folder} ${chunk}`, { folder, chunk })
    if (this.#waiting) return
    this.#waiting = true
    this.#world.after(DELAY, () => {
      this.#waiting = false
      void this.flush()
    })
  }

  /** Packs all that is due. */
  flush(): Promise<void> {
    return (this.#running ??= this.#run().finally(() => (this.#running = undefined)))
  }

  /** What is still due is left for whoever reads it next. Resolves when nothing is under way. */
  async settled(): Promise<void> {
    this.#due.clear()
    await this.#running
  }

  async #run(): Promise<void> {
    for (const [key, { folder, chunk }] of this.#due) {
      this.#due.delete(key)
      try {
        if (await this.#rows.write(() => packMetadata(folder, chunk))) this.packed++
      } catch (error) {
        this.#log.warn({ error }, 'Metadata could not be packed')
        this.#due.clear()
      }
    }
  }
}

/** Packed metadata goes with its messages; a chunk that a write filled up is due. */
export const packedMetadataFeature = (packer: MetadataPacker): MailFeature => ({
  removed: dropPackedMetadata,
  committed(taken) {
    for (const { folder, first, next } of taken) {
      for (let chunk = chunkOf(first); chunk < chunkOf(next); chunk++) packer.due(folder, chunk)
    }
  },
})
