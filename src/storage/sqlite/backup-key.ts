import { createCipheriv, createDecipheriv, createHmac, hkdfSync, scrypt, type ScryptOptions } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replacePrivateFile } from '../../core/private-files.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { syncDirectory, syncFile } from '../files/disk.ts'

/** Holds the key of an encrypted backup, encrypted with the passphrase. Updates of the backup keep it. */
const KEY_FILE = 'backup.key'
const FORMAT = 1

/** RFC 7914 §2; 128 MiB of memory for each attempt. */
const COST = { N: 2 ** 17, r: 8, p: 1 }
/** The largest cost that is accepted from a file: 1 GiB of memory. */
const MOST = { N: 2 ** 20, r: 8, p: 16 }
const NONCE = 12
const TAG = 16

interface KeyFile extends Readonly<Record<'N' | 'r' | 'p' | 'format', number>> {
  /** In base64; `key` is the nonce, the encrypted key and the tag of AES-256-GCM. */
  readonly salt: string
  readonly key: string
}

/** True if a directory is an encrypted backup, finished or not. */
export const isEncrypted = (dir: string): boolean => existsSync(join(dir, KEY_FILE))

/** Refuses `unsupported` for an encrypted backup, which only `restore` can read. */
export function refuseEncrypted(dir: string): void {
  if (isEncrypted(dir)) refuse('unsupported', `${dir} is an encrypted backup; restore it into a directory of its own.`)
}

/** Creates the key of a new backup, durably. `cost` is the cost of scrypt, which the file keeps. */
export async function makeBackupKey(dir: string, passphrase: string, world: World, cost = COST): Promise<Buffer> {
  const key = Buffer.from(world.bytes(32))
  const salt = Buffer.from(world.bytes(32))
  const nonce = world.bytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', await stretched(passphrase, salt, cost), nonce)
  const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
  const file: KeyFile = { format: FORMAT, ...cost, salt: salt.toString('base64'), key: wrapped.toString('base64') }
  const path = join(dir, KEY_FILE)
  await replacePrivateFile(path, `${JSON.stringify(file, undefined, 2)}\n`)
  await syncFile(path)
  await syncDirectory(dir)
  return key
}

/** Decrypts the key of a backup. Refuses `not-allowed` for a wrong passphrase, `wrong-state` for a damaged file. */
export async function openBackupKey(dir: string, passphrase: string): Promise<Buffer> {
  const path = join(dir, KEY_FILE)
  const { salt, key, ...cost } = keyFileIn(await readFile(path, 'utf8')) ?? refuseDamagedKey(path)
  const octets = Buffer.from(key, 'base64')
  const derived = await stretched(passphrase, Buffer.from(salt, 'base64'), cost)
  const decipher = createDecipheriv('aes-256-gcm', derived, octets.subarray(0, NONCE), { authTagLength: TAG })
  decipher.setAuthTag(octets.subarray(octets.length - TAG))
  try {
    return Buffer.concat([decipher.update(octets.subarray(NONCE, octets.length - TAG)), decipher.final()])
  } catch {
    return refuse('not-allowed', `The passphrase is not the one of the backup ${dir}, or ${path} was changed.`)
  }
}

/** The authentication code of a text, by the key of a backup. */
export function authenticated(key: Buffer, text: string): string {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'postern backup note', 32))
  return createHmac('sha256', derived).update(text).digest('base64')
}

function keyFileIn(text: string): KeyFile | undefined {
  try {
    const found = JSON.parse(text) as KeyFile
    const { format, N, r, p, salt, key } = found
    const isCost =
      Number.isInteger(Math.log2(N)) && N > 1 && N <= MOST.N && r > 0 && r <= MOST.r && p > 0 && p <= MOST.p
    const isKey = typeof salt === 'string' && Buffer.from(key, 'base64').length === NONCE + 32 + TAG
    return format === FORMAT && isCost && isKey ? found : undefined
  } catch {
    return undefined
  }
}

function stretched(passphrase: string, salt: Buffer, { N, r, p }: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

const refuseDamagedKey = (path: string): never =>
  refuse('wrong-state', `${path} is damaged, or was made by a newer version of Postern.`)
