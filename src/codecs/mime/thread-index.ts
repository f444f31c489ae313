import { createHash } from 'node:crypto'

/** MS-OXOMSG §2.2.1.3: octets of the block for the first message, and of the block for each reply. */
const ROOT = 22
const REPLY = 5
/** Maximum octets that are kept of an index: RFC 5322 limits a line to 998. */
const LONGEST = ROOT + 128 * REPLY

/** FILETIME counts units of 100 ns since 1601. */
const fileTime = (at: number): bigint => (BigInt(Math.round(at)) + 11_644_473_600_000n) * 10_000n

/** Reads a Thread-Index header; undefined for one that is malformed. */
export function readThreadIndex(text: string | undefined): Buffer | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return undefined
  const index = Buffer.from(text, 'base64')
  const isWhole = index.length >= ROOT && (index.length - ROOT) % REPLY === 0 && index[0] === 1
  return isWhole && index.length <= LONGEST ? index : undefined
}

/** The index of the first message of a conversation. Messages with the same key have the same conversation GUID. */
export function rootThreadIndex(at: number, key: string): Buffer {
  const index = Buffer.alloc(ROOT)
  index.writeBigUInt64BE(fileTime(at))
  createHash('sha256').update(key).digest().copy(index, 6, 0, 16)
  return index
}

/** The index of a reply: that of the original and the time since its first message. `chance` is one random octet. */
export function replyThreadIndex(original: Buffer, at: number, chance: number): Buffer {
  if (original.length + REPLY > LONGEST) return original
  const first = Buffer.alloc(8)
  original.copy(first, 0, 0, 6)
  const since = fileTime(at) - first.readBigUInt64BE()
  const elapsed = since > 0n ? since : 0n
  // Times of up to 1.7 years are counted in units of 26 ms, longer ones in units of 0.84 s.
  const isLong = elapsed >> 49n !== 0n
  const delta = Number((elapsed >> (isLong ? 23n : 18n)) & 0x7fff_ffffn)
  const block = Buffer.alloc(REPLY)
  block.writeUInt32BE(delta)
  if (isLong) block[0]! |= 0x80
  block[4] = chance & 0xff
  return Buffer.concat([original, block])
}
