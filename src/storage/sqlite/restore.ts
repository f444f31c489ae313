import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { refuse } from '../../core/refusal.ts'
import { copyDurably, type Transfer } from '../files/copy.ts'
import { makeDirectory } from '../files/disk.ts'
import { unseal } from '../files/sealed.ts'
import { isDiskFull } from '../disk-full.ts'
import { isEncrypted, openBackupKey } from './backup-key.ts'
import { checkWhole, DATABASE, filesIn, isFree } from './backup-note.ts'
import type { CopyResult, BackupOptions } from './backup.ts'
import { holdDirectory } from './hold.ts'

export type Restoring = Pick<BackupOptions, 'from' | 'to' | 'passphrase' | 'warn'>

/**
 * Restores a backup into a new data directory. Writes the database last, so that a server refuses an unfinished
 * directory. Refuses `no-such-thing`, `wrong-state` for an incomplete backup, `already-exists` if the directory is not
 * empty, `not-allowed` for a wrong passphrase, `no-room`.
 */
export async function restore(restoring: Restoring): Promise<CopyResult> {
  const [source, target] = [resolve(restoring.from), resolve(restoring.to)]
  const key = await keyOf(source, restoring)
  const salts = await checkWhole(source, key)
  if (existsSync(target) && !isFree(target)) refuse('already-exists', `${target} is not empty.`)
  const hold = await holdDirectory(target, restoring.warn)
  try {
    const names = key ? Object.keys(salts).filter((name) => name !== DATABASE) : filesIn(source)
    let [files, octets] = [0, 0]
    for (const name of [...names, DATABASE]) {
      await makeDirectory(dirname(join(target, name)))
      const transfer: Transfer | undefined =
        key && ((from, to) => unseal({ key, name, salt: salts[name] ?? '' }, from, to))
      octets += await copyDurably(join(source, name), join(target, name), transfer && { transfer })
      files++
    }
    return { files, octets }
  } catch (error) {
    if (isDiskFull(error)) refuse('no-room', `There is no room in ${target} for what the backup holds.`)
    throw error
  } finally {
    await hold.release()
  }
}

async function keyOf(source: string, { passphrase }: Restoring): Promise<Buffer | undefined> {
  const encrypted = isEncrypted(source)
  if (passphrase === undefined) {
    return encrypted ? refuse('not-allowed', `${source} is an encrypted backup; its passphrase is needed.`) : undefined
  }
  if (!encrypted && existsSync(source)) refuse('wrong-state', `${source} is not an encrypted backup.`)
  return encrypted ? openBackupKey(source, passphrase) : undefined
}
