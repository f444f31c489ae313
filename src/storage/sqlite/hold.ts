import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ensurePrivateFile, protectDirectory, replacePrivateFile } from '../../core/private-files.ts'
import { refuse } from '../../core/refusal.ts'
import { makeDirectory } from '../files/disk.ts'
import { isBusy, refuseDirectory } from './health.ts'

/** A lock on a data directory until it is released or the process ends. */
export interface DirectoryLock {
  release(): Promise<void>
}

/**
 * Creates the directory if it is missing and locks it for this process. The lock is a kernel lock on a small database
 * of its own, so a crash leaves nothing to clean up. Removes permissions of other users, and reports that to `warn`.
 * Refuses `busy` with the holder's `pid`, and `not-allowed` for a directory of another user.
 */
export async function holdDirectory(dir: string, warn: (text: string) => void = () => {}): Promise<DirectoryLock> {
  const path = resolve(dir)
  try {
    await makeDirectory(path)
    protectDirectory(path, warn)
    await ensurePrivateFile(join(path, 'postern.lock'))
    const lock = lockIn(path)
    const pidFile = join(path, 'postern.pid')
    await replacePrivateFile(pidFile, `${process.pid}\n`).catch((error: unknown) => {
      lock.close()
      throw error
    })
    return {
      async release() {
        rmSync(pidFile, { force: true })
        lock.close()
      },
    }
  } catch (error) {
    return refuseDirectory(path, error)
  }
}

function lockIn(dir: string): DatabaseSync {
  const file = join(dir, 'postern.lock')
  const lock = openLock(dir, file)
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const pid = holder(dir)
    return refuse('busy', `The data directory ${dir} is in use by ${pid ? `process ${pid}` : 'another process'}.`, {
      pid,
    })
  }
}

function openLock(dir: string, file: string): DatabaseSync {
  try {
    // Only SQLite may have a descriptor of the file: closing another one would drop the lock.
    return new DatabaseSync(file, { timeout: 0 })
  } catch {
    return refuse('not-allowed', `The data directory ${dir} cannot be used: ${file} cannot be opened.`, {
      directory: dir,
    })
  }
}

/** The process id of the holder; empty if the holder has not written it yet. */
function holder(dir: string): string {
  try {
    return /^\d+/.exec(readFileSync(join(dir, 'postern.pid'), 'utf8'))?.[0] ?? ''
  } catch {
    return ''
  }
}
