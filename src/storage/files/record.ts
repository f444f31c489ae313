import { crc32 } from 'node:zlib'
import type { BlobRef } from '../engine.ts'

/**
 * A record of a segment file: mark, length, checksum of the bytes, checksum of these three; then the bytes. With the
 * header's own checksum, a reader of a segment can find the next record behind a torn one.
 */
export const HEADER = 16
const MARK = 0x31424f50

export function header(bytes: Uint8Array): Buffer {
  const head = Buffer.allocUnsafe(HEADER)
  head.writeUInt32LE(MARK, 0)
  head.writeUInt32LE(bytes.length, 4)
  head.writeUInt32LE(crc32(bytes), 8)
  head.writeUInt32LE(crc32(head.subarray(0, 12)), 12)
  return head
}

/** The bytes of a record that was read whole; undefined if it is damaged. */
export function contents(record: Buffer): Buffer | undefined {
  const head = readHeader(record)
  const bytes = record.subarray(HEADER)
  return head?.length === bytes.length && head.checksum === crc32(bytes) ? bytes : undefined
}

/** Parses a record's header; undefined if the octets are not a header. */
export function readHeader(octets: Buffer): { readonly length: number; readonly checksum: number } | undefined {
  if (octets.length < HEADER || octets.readUInt32LE(0) !== MARK) return undefined
  if (octets.readUInt32LE(12) !== crc32(octets.subarray(0, 12))) return undefined
  return { length: octets.readUInt32LE(4), checksum: octets.readUInt32LE(8) }
}

/** The location of a record. */
export interface RecordLocation {
  readonly segment: number
  /** The offset of the record's header. */
  readonly offset: number
  /** The length of the bytes, without the header. */
  readonly length: number
}

export const refOf = ({ segment, offset, length }: RecordLocation): BlobRef =>
  `${segment}.${offset}.${length}` as BlobRef

export function locationOf(ref: BlobRef): RecordLocation {
  const found = /^(\d{1,9})\.(\d{1,15})\.(\d{1,10})$/.exec(ref)
  if (!found) throw new Error(`'${ref}' is not a reference to bytes of a segment`)
  return { segment: Number(found[1]), offset: Number(found[2]), length: Number(found[3]) }
}
