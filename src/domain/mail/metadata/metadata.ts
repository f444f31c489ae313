import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import type { FolderIndexes } from '../index/folder-indexes.ts'
import { refuseRevoked } from '../revoked.ts'
import type { FolderIndex, InternalDate, MetadataChunk, MetadataPart, OpenFolder, Slices } from '../types.ts'
import { ascending } from '../uids.ts'
import { CHUNK, type ChunkFigures, chunkOf, type ChunkSlices } from './chunk-figures.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { MetadataRows, PartName } from './from-rows.ts'

/** The parts of an open mailbox that reading metadata needs. */
export interface MetadataContext {
  readonly id: MailboxId
  readonly revoked: AbortSignal
  readonly indexes: FolderIndexes
  readonly chunks: ChunkReader
}

/** Chunks that are read between two turns of the event loop. */
const CHUNKS = 8

export async function* metadata(
  box: MetadataContext,
  folder: FolderId,
  uids: readonly Uid[],
  parts: readonly MetadataPart[],
): AsyncGenerator<MetadataChunk, void, undefined> {
  refuseRevoked(box)
  const opened = await inMemory(box, folder)
  if (!opened) return
  const names: readonly PartName[] = ['figures', ...new Set(parts)]
  try {
    let read = 0
    for (const wanted of byChunk(ascending(uids))) {
      if (++read % CHUNKS === 0) await yieldToEventLoop()
      refuseRevoked(box)
      const there = present(opened.index, wanted)
      if (there.length === 0) continue
      const found = await box.chunks.read(opened.index, chunkOf(there[0]!), there, names)
      const chunk = new Chunk(there, found)
      if (chunk.uids.length > 0) yield chunk
    }
  } finally {
    opened.close()
  }
}

/** Callers usually have the folder open already. Then there is nothing to wait for. */
function inMemory(box: MetadataContext, folder: FolderId): Promise<OpenFolder | undefined> | OpenFolder {
  const index = box.indexes.opened(box.id, folder)
  return index ? { index, close: () => {} } : box.indexes.openIfThere(box.id, folder)
}

function* byChunk(uids: readonly Uid[]): Generator<readonly Uid[]> {
  for (let start = 0; start < uids.length;) {
    const bound = (chunkOf(uids[start]!) + 1) * CHUNK
    let end = start + 1
    while (end < uids.length && uids[end]! < bound) end++
    yield uids.slice(start, end)
    start = end
  }
}

/** The UIDs that exist in the folder now. */
function present(index: FolderIndex, uids: readonly Uid[]): readonly Uid[] {
  let position = index.rank(uids[0]!)
  return uids.filter((uid) => {
    while (position < index.count && index.uidAt(position) < uid) position++
    return position < index.count && index.uidAt(position) === uid
  })
}

class Chunk implements MetadataChunk {
  readonly uids: readonly Uid[]
  readonly #figures: ChunkFigures
  readonly #parts: ReadonlyMap<PartName, MetadataRows>

  constructor(wanted: readonly Uid[], parts: ReadonlyMap<PartName, MetadataRows>) {
    this.#parts = parts
    this.#figures = parts.get('figures') as ChunkFigures
    const read = [...parts.values()]
    // A message may have been removed between the reads of two parts.
    this.uids = wanted.every((uid) => read.every((part) => part.has(uid)))
      ? wanted
      : wanted.filter((uid) => read.every((part) => part.has(uid)))
  }

  octets(uid: Uid): number {
    return this.#figures.octets(uid)
  }

  lineOctets(uid: Uid): number {
    return this.#figures.lineOctets(uid)
  }

  headerOctets(uid: Uid): number {
    return this.#figures.headerOctets(uid)
  }

  received(uid: Uid): InternalDate {
    return this.#figures.received(uid)
  }

  savedAt(uid: Uid): number | undefined {
    return this.#figures.savedAt(uid)
  }

  slices(part: MetadataPart): Slices {
    return this.#slices(part)
  }

  text(part: MetadataPart, uid: Uid): string {
    const { bytes, start, end } = this.#lie(part, uid)
    return bytes.toString(part === 'structure' || part === 'preview' ? 'utf8' : 'latin1', start, end)
  }

  #lie(part: MetadataPart, uid: Uid) {
    const slices = this.#slices(part)
    return { bytes: slices.bytes, start: slices.start(uid), end: slices.end(uid) }
  }

  #slices(part: MetadataPart): ChunkSlices {
    const slices = this.#parts.get(part)
    if (!slices) throw new Error(`'${part}' was not asked for`)
    return slices as ChunkSlices
  }
}
