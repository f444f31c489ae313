import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { recreatePrivateFile } from '../../core/private-files.ts'
import { type Moved, Moves, movesLength } from './compacted.ts'
import type { OpenSegment } from './descriptors.ts'
import { type Disk, syncDirectory, writeAll } from './disk.ts'
import { HEADER, type RecordLocation, readHeader } from './record.ts'

/** Octets copied at a time. */
const PIECE = 1024 ** 2

/** Octets of a segment that holds only these records. */
export const compactedLength = (records: readonly RecordLocation[]): number =>
  records.reduce((octets, { length }) => octets + HEADER + length, movesLength(records.length))

/** The path of the compacted form before it replaces the segment. */
export const partPath = (path: string): string => `${path}.part`

/**
 * Writes the compacted form of a segment beside it, durably. `records` are in the order of their offsets. Throws on a
 * damaged record, so that damage is never taken for a removal.
 */
export async function writeCompacted(
  path: string,
  source: OpenSegment,
  records: readonly RecordLocation[],
  disk: Disk,
): Promise<void> {
  const part = partPath(path)
  const file = await recreatePrivateFile(part)
  try {
    const moves = new Moves(movedOf(records))
    const into = { disk, descriptor: file.fd }
    await writeAll(disk, file.fd, [moves.encoded()], 0)
    for (const [nth, record] of records.entries()) await copy(source, record, into, moves.at(nth).to)
    await disk.sync(file.fd)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

/** Replaces the segment by its compacted form. The disk has either the one or the other. */
export async function replaceSegment(path: string): Promise<void> {
  await rename(partPath(path), path)
  await syncDirectory(dirname(path))
}

function movedOf(records: readonly RecordLocation[]): readonly Moved[] {
  let end = movesLength(records.length)
  return records.map(({ offset, length }) => {
    const to = end
    end += HEADER + length
    return { from: offset, to }
  })
}

interface Into {
  readonly disk: Disk
  readonly descriptor: number
}

async function copy({ file, moves }: OpenSegment, record: RecordLocation, into: Into, to: number): Promise<void> {
  const from = moves ? moves.placeOf(record.offset, record.offset) : record.offset
  if (from === undefined) throw new Error(`Record ${record.segment}.${record.offset} is not in its segment`)
  const end = HEADER + record.length
  let checksum = 0
  let head: { length: number; checksum: number } | undefined
  for (let at = 0; at < end;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(PIECE, end - at)), {
      position: from + at,
    })
    if (bytesRead === 0) break
    const octets = buffer.subarray(0, bytesRead)
    // A read may return fewer octets than requested, but never less than an existing header.
    head ??= readHeader(octets)
    checksum = crc32(at === 0 ? octets.subarray(HEADER) : octets, checksum)
    await writeAll(into.disk, into.descriptor, [octets], to + at)
    at += bytesRead
  }
  if (head?.length !== record.length || head.checksum !== checksum) {
    throw new Error(`Record ${record.segment}.${record.offset} is damaged`)
  }
}
