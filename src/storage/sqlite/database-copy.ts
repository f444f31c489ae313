import { readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { recreatePrivateFile } from '../../core/private-files.ts'
import { refuse } from '../../core/refusal.ts'
import { copyDurably, type Transfer } from '../files/copy.ts'
import { syncFile } from '../files/disk.ts'
import { isDiskFull } from '../disk-full.ts'

export interface DatabaseCopy {
  /** Tables that are empty in the copy. */
  readonly without: readonly string[]
  /** How the copy is written; undefined copies it unchanged. */
  readonly transfer: Transfer | undefined
}

/**
 * Copies a database as of one moment, whether or not a server has it open. An encrypted copy, or one with empty tables,
 * is prepared beside the database: secrets are never written to the target in between.
 */
export async function copyDatabase(from: string, to: string, { without, transfer }: DatabaseCopy): Promise<void> {
  if (without.length === 0 && !transfer) {
    await copyAsItIs(from, to)
    return syncFile(to)
  }
  removeStages(dirname(from))
  const stage = (name: string) => `${from}.${STAGE}-${process.pid}-${name}.part`
  const [copied, stripped] = [stage('copy'), stage('stripped')]
  try {
    await staged(dirname(from), async () => {
      await copyAsItIs(from, copied)
      if (without.length > 0) await strip(copied, stripped, without)
    })
    await copyDurably(without.length > 0 ? stripped : copied, to, transfer && { transfer })
  } finally {
    for (const path of [copied, stripped]) remove(path)
  }
}

const STAGE = 'backup'

/** Removes the files of processes that were killed. */
function removeStages(dir: string): void {
  for (const name of readdirSync(dir)) {
    const pid = new RegExp(`\\.${STAGE}-(\\d+)-\\w+\\.part`).exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dir, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function copyAsItIs(from: string, to: string): Promise<void> {
  remove(to)
  // SQLite would create the file with the umask. It fills an existing empty file, and gives its journal the same
  // permissions.
  await (await recreatePrivateFile(to)).close()
  const database = new DatabaseSync(from, { readOnly: true, timeout: 30_000 })
  try {
    // In one step: a copy in several steps would restart at each write of the server.
    await backup(database, to, { rate: 2 ** 31 - 1 })
  } catch (error) {
    remove(to)
    throw error
  } finally {
    database.close()
  }
}

/** Empties tables and writes the rest into another file, because this one would keep the octets of the rows. */
async function strip(from: string, to: string, tables: readonly string[]): Promise<void> {
  await (await recreatePrivateFile(to)).close()
  const database = new DatabaseSync(from)
  try {
    database.exec('pragma journal_mode = delete')
    const known = database.prepare(`select 1 from sqlite_schema where type = 'table' and name = ?`)
    for (const table of tables) if (known.get(table)) database.exec(`delete from "${table}"`)
    database.prepare('vacuum into ?').run(to)
  } finally {
    database.close()
  }
  await syncFile(to)
}

/** Removes a database with the files that SQLite keeps beside it. */
function remove(path: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(path + end, { force: true })
}

async function staged(dir: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isDiskFull(error))
      refuse('no-room', `There is no room in ${dir} for the copy of the database that is prepared there.`)
    throw error
  }
}
