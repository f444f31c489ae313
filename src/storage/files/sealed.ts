import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'

// A file encrypted in pieces. Each piece is authenticated with its position and with a mark on the last one: the STREAM
// construction of Hoang, Reyhanitabar, Rogaway and Vizár, with AES-256-GCM. Changed, truncated, added or exchanged data
// are detected. Each file has its own key (RFC 5869), so that a nonce is never used twice.

const MARK = Buffer.from('postern sealed 1')
const SALT = 32
const HEADER = MARK.length + SALT
/** Octets of plain text in a piece. */
const PIECE = 256 * 1024
/** NIST SP 800-38D §5.2.1.2, §8.2. */
const TAG = 16
const NONCE = 12

/** The length of an encrypted file with `octets` octets of plain text. */
export const sealedLength = (octets: number): number => HEADER + octets + TAG * Math.max(1, Math.ceil(octets / PIECE))

/** Encrypts a file so that it can be decrypted under the same name only. */
export async function encryptFile(
  { key, name, world }: { key: Uint8Array; name: string; world: World },
  from: FileHandle,
  to: FileHandle,
): Promise<void> {
  const salt = world.bytes(SALT)
  const sealing = { key: keyOf(key, salt), name: Buffer.from(name) }
  await to.appendFile(Buffer.concat([MARK, salt]))
  let piece = await readPiece(from, PIECE, 0)
  for (let number = 0, at = piece.length; ; number++) {
    const next = piece.length < PIECE ? Buffer.alloc(0) : await readPiece(from, PIECE, at)
    const isLast = next.length === 0
    const cipher = createCipheriv('aes-256-gcm', sealing.key, nonceOf(number, isLast)).setAAD(sealing.name)
    await to.appendFile(Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]))
    if (isLast) return
    piece = next
    at += piece.length
  }
}

/** Decrypts the output of {@link encryptFile}. Refuses `wrong-state` for other data, another key or another name. */
export async function unseal(
  { key, name, salt }: { key: Uint8Array; name: string; salt: string },
  from: FileHandle,
  to: FileHandle,
): Promise<void> {
  if ((await saltIn(from)) !== salt) refuseDamaged(name)
  const sealing = { key: keyOf(key, Buffer.from(salt, 'base64')), name: Buffer.from(name) }
  const { size } = await from.stat()
  for (let at = HEADER, number = 0; number === 0 || at < size; number++) {
    const sealed = await readPiece(from, PIECE + TAG, at)
    if (sealed.length < TAG) return refuseDamaged(name)
    at += sealed.length
    await to.appendFile(opened(sealing, nonceOf(number, at >= size), sealed) ?? refuseDamaged(name))
  }
}

/** The salt of an encrypted file in base64, which identifies the file; undefined if it is not an encrypted file. */
export async function saltIn(file: FileHandle): Promise<string | undefined> {
  const header = await readPiece(file, HEADER, 0)
  const isSealed = header.length === HEADER && header.subarray(0, MARK.length).equals(MARK)
  return isSealed ? header.toString('base64', MARK.length) : undefined
}

/** The plain text of a piece; undefined if it is not authentic. */
function opened({ key, name }: { key: Buffer; name: Buffer }, nonce: Buffer, sealed: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
  decipher.setAAD(name).setAuthTag(sealed.subarray(sealed.length - TAG))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG)), decipher.final()])
  } catch {
    return undefined
  }
}

/** Reads up to `length` octets, as many as there are. */
async function readPiece(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const piece = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(piece, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return piece.subarray(0, filled)
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE)
  nonce[0] = isLast ? 1 : 0
  nonce.writeBigUInt64BE(BigInt(number), NONCE - 8)
  return nonce
}

const keyOf = (key: Uint8Array, salt: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, 'postern backup file', 32))

const refuseDamaged = (name: string): never =>
  refuse('wrong-state', `The backup is not whole: ${name} was changed or cut off.`)
