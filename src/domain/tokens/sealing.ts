import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { decodeBase64url, encodeBase64url } from '../../codecs/jwt/jws.ts'
import type { World } from '../../core/world.ts'

const MARK = 'sealed:1:'
const SALT = 32
/** NIST SP 800-38D §8.2, §5.2.1.2 */
const IV = 12
const TAG = 16

export const isEncryptedKey = (kept: string): boolean => kept.startsWith(MARK)

/**
 * Encrypts a text with AES-256-GCM, bound to the name. The master key is random, so it needs no stretching; HKDF (RFC
 * 5869) derives another key for each text.
 */
export function encryptKey(world: World, masterKey: string, name: string, text: string): string {
  const salt = world.bytes(SALT)
  const iv = world.bytes(IV)
  const cipher = createCipheriv('aes-256-gcm', keyFrom(masterKey, salt), iv).setAAD(Buffer.from(name))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return MARK + encodeBase64url(Buffer.concat([salt, iv, cipher.getAuthTag(), sealed]))
}

/** Returns the decrypted text; undefined for a wrong key or name, and for changed data. */
export function decryptKey(masterKey: string, name: string, kept: string): string | undefined {
  const octets = decodeBase64url(kept.slice(MARK.length))
  if (!isEncryptedKey(kept) || !octets || octets.length < SALT + IV + TAG) return undefined
  const salt = octets.subarray(0, SALT)
  const iv = octets.subarray(SALT, SALT + IV)
  const tag = octets.subarray(SALT + IV, SALT + IV + TAG)
  const decipher = createDecipheriv('aes-256-gcm', keyFrom(masterKey, salt), iv, { authTagLength: TAG })
  decipher.setAAD(Buffer.from(name)).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(octets.subarray(SALT + IV + TAG)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

const keyFrom = (masterKey: string, salt: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, salt, 'postern token signing key', 32))
