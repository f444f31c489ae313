import { type FileHandle, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createPrivateFile, makePrivateDirectory } from '../../core/private-files.ts'
import { Moves, movesLength } from '../files/compacted.ts'
import { type ObjectStore, PART } from './object-store.ts'
import { type BlobLocation, bytesOf, HEADER, readHeader } from './record.ts'

/** Headers that are read from the file at a time. */
const HEADERS = 256

/** A record cannot be copied. Its pack stays as it is, so that damage is never taken for a removal. */
export class DamagedPack extends Error {
  readonly pack: number

  constructor(pack: number) {
    super(`A record of pack ${pack} is damaged`)
    this.name = 'DamagedPack'
    this.pack = pack
  }
}

/** A record that is to be in the merged object, and where it is in the file. */
interface SourceRecord extends BlobLocation {
  readonly place: number
}

/** A pack of the merged object, with its records in the order of their offsets. */
export interface SourcePack {
  readonly pack: number
  readonly records: readonly SourceRecord[]
}

/** A pack in the merged object: the place of its list of moves, and the octets of its records. */
export interface MergedPack {
  readonly pack: number
  readonly octets: number
  readonly movesStart: number
  readonly movesEnd: number
}

/** Objects on the disk of this node while they are merged. */
export class MergeFile {
  readonly #path: string
  readonly #file: FileHandle
  #end = 0

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  static async create(path: string): Promise<MergeFile> {
    await makePrivateDirectory(dirname(path))
    return new MergeFile(path, await createPrivateFile(path))
  }

  /** Copies the first octets of an object into the file. Returns the position of the first one. */
  async add(objects: ObjectStore, object: string, octets: number): Promise<number> {
    const start = this.#end
    for (let at = 0; at < octets;) {
      const piece = await objects.get(object, at, Math.min(at + PART, octets))
      // The object is shorter: its last records are damaged.
      if (piece.length === 0) break
      await this.#file.write(piece, 0, piece.length, start + at)
      at += piece.length
    }
    this.#end = start + octets
    return start
  }

  async read(position: number, octets: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(octets), 0, octets, position)
    return buffer.subarray(0, bytesRead)
  }

  async close(): Promise<void> {
    await this.#file.close()
    await rm(this.#path, { force: true })
  }
}

/** The layout of a merged object: the lists of moves, then the records by mailbox, pack and offset. */
export interface MergeLayout {
  readonly packs: readonly MergedPack[]
  readonly octets: number
  readonly lists: Buffer
  readonly records: readonly SourceRecord[]
}

export async function layOut(file: MergeFile, packs: readonly SourcePack[]): Promise<MergeLayout> {
  const placed: { readonly record: SourceRecord; readonly near: number; to: number }[] = []
  for (const { records } of packs) {
    for (let at = 0; at < records.length; at += HEADERS) {
      const some = records.slice(at, at + HEADERS)
      const heads = await Promise.all(some.map(({ place }) => file.read(place, HEADER)))
      for (const [nth, record] of some.entries()) {
        placed.push({ record, near: readHeader(heads[nth]!)?.near ?? 0, to: 0 })
      }
    }
  }
  let end = packs.reduce((sum, { records }) => sum + movesLength(records.length), 0)
  const sorted = placed.toSorted(
    (a, b) => a.near - b.near || a.record.pack - b.record.pack || a.record.offset - b.record.offset,
  )
  for (const one of sorted) {
    one.to = end
    end += HEADER + one.record.length
  }
  const byPack = Map.groupBy(placed, ({ record }) => record.pack)
  const lists: Buffer[] = []
  let listed = 0
  const merged = packs.map(({ pack, records }) => {
    const moves = new Moves((byPack.get(pack) ?? []).map(({ record, to }) => ({ from: record.offset, to })))
    const list = moves.encoded()
    lists.push(list)
    listed += list.length
    const octets = records.reduce((sum, { length }) => sum + HEADER + length, 0)
    return { pack, octets, movesStart: listed - list.length, movesEnd: listed }
  })
  return { packs: merged, octets: end, lists: Buffer.concat(lists), records: sorted.map(({ record }) => record) }
}

/** Stores the merged object. Throws {@link DamagedPack}. */
export async function storeMerged(
  objects: ObjectStore,
  key: string,
  layout: MergeLayout,
  file: MergeFile,
): Promise<void> {
  const parts = inParts(octetsOf(layout, file), Math.min(PART, layout.octets))
  if (layout.octets > PART) await objects.upload(key, parts)
  else for await (const part of parts) await objects.put(key, part)
}

async function* octetsOf({ lists, records }: MergeLayout, file: MergeFile): AsyncGenerator<Buffer> {
  yield lists
  for (const record of records) {
    const octets = await file.read(record.place, HEADER + record.length)
    if (!bytesOf(octets, record)) throw new DamagedPack(record.pack)
    yield octets
  }
}

/** All octets in parts of that length, which share their memory; the last one may be shorter. */
async function* inParts(pieces: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  const part = Buffer.allocUnsafeSlow(length)
  let filled = 0
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const copied = piece.copy(part, filled, at)
      at += copied
      filled += copied
      if (filled < length) continue
      yield part
      filled = 0
    }
  }
  if (filled > 0) yield part.subarray(0, filled)
}
