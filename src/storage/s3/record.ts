import { crc32 } from 'node:zlib'
import type { MailboxId } from '../../core/ids.ts'
import type { BlobRef } from '../engine.ts'

/**
 * A record of a pack: mark, length, checksum of the bytes, pack, offset, mailbox, checksum of these; then the bytes. The
 * header names the pack and the offset, so that a reader detects octets of another place.
 */
export const HEADER = 36
const MARK = 0x33424f50
const SUMMED = HEADER - 4

/** The most octets of a record. Longer bytes are stored as consecutive records of this length; the last is shorter. */
export const RECORD = 1024 ** 2

/** The location of bytes: the pack and the offset never change, wherever the octets are stored. */
export interface BlobLocation {
  readonly pack: number
  /** The offset of the header of the first record. */
  readonly offset: number
  /** The length of the bytes, without headers. */
  readonly length: number
}

/** The location of one record. */
export interface PackRecordLocation extends BlobLocation {
  /** The position of the record's first octet in the bytes. */
  readonly from: number
}

export const refOf = ({ pack, offset, length }: BlobLocation): BlobRef => `${pack}.${offset}.${length}` as BlobRef

export function locationOf(ref: BlobRef): BlobLocation {
  const found = /^(\d{1,14})\.(\d{1,14})\.(\d{1,10})$/.exec(ref)
  if (!found) throw new Error(`'${ref}' is not a reference to bytes of a pack`)
  return { pack: Number(found[1]), offset: Number(found[2]), length: Number(found[3]) }
}

/** The records of bytes that contain the octets from `start` up to but not including `end`; at least one. */
export function recordsOf(
  { pack, offset, length }: BlobLocation,
  start = 0,
  end = length,
): readonly PackRecordLocation[] {
  const first = Math.floor(Math.min(start, Math.max(0, length - 1)) / RECORD)
  const last = Math.max(first, Math.ceil(end / RECORD) - 1)
  return Array.from({ length: last - first + 1 }, (_, nth) => {
    const from = (first + nth) * RECORD
    return { pack, offset: offset + from + (first + nth) * HEADER, length: Math.min(RECORD, length - from), from }
  })
}

/** Octets that bytes of that length take, with headers. */
export const storedLength = (length: number): number => length + HEADER * Math.max(1, Math.ceil(length / RECORD))

/** Writes a record to `target`, whose first octet is at offset `offset` of the pack. */
export function writeRecord(
  target: Buffer,
  bytes: Uint8Array,
  { pack, offset, near }: { pack: number; offset: number; near: MailboxId | undefined },
): void {
  target.writeUInt32LE(MARK, 0)
  target.writeUInt32LE(bytes.length, 4)
  target.writeUInt32LE(crc32(bytes), 8)
  target.writeUIntLE(pack, 12, 6)
  target.writeUIntLE(offset, 18, 6)
  target.writeUIntLE(near ?? 0, 24, 6)
  target.writeUInt16LE(0, 30)
  target.writeUInt32LE(crc32(target.subarray(0, SUMMED)), SUMMED)
  target.set(bytes, HEADER)
}

/** The content of a record's header. */
export interface RecordHeader {
  readonly length: number
  readonly checksum: number
  readonly pack: number
  readonly offset: number
  /** The mailbox of the bytes, or 0. */
  readonly near: number
}

/** Parses a record's header; undefined if the octets are not a header. */
export function readHeader(octets: Buffer): RecordHeader | undefined {
  if (octets.length < HEADER || octets.readUInt32LE(0) !== MARK) return undefined
  if (octets.readUInt32LE(SUMMED) !== crc32(octets.subarray(0, SUMMED))) return undefined
  return {
    length: octets.readUInt32LE(4),
    checksum: octets.readUInt32LE(8),
    pack: octets.readUIntLE(12, 6),
    offset: octets.readUIntLE(18, 6),
    near: octets.readUIntLE(24, 6),
  }
}

/** The bytes of a record that was read completely; undefined if the octets are not exactly this record. */
export function bytesOf(octets: Buffer, { pack, offset, length }: BlobLocation): Buffer | undefined {
  const head = readHeader(octets)
  if (head?.pack !== pack || head.offset !== offset || head.length !== length) return undefined
  const bytes = octets.subarray(HEADER, HEADER + length)
  return bytes.length === length && head.checksum === crc32(bytes) ? bytes : undefined
}
