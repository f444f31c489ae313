import { closeSync, existsSync, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../../core/log.ts'
import { ensurePrivateFile } from '../../core/private-files.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { type Engine, type Migration, type Row, type Sql, type Statement, ask, sql } from '../engine.ts'
import { copyDurably } from '../files/copy.ts'
import { type Disk, makeDirectory, realDisk, syncDirectory } from '../files/disk.ts'
import { SegmentBlobs } from '../files/segments.ts'
import { LocalLeases } from '../local/leases.ts'
import { LocalNotifier } from '../local/notifier.ts'
import { DiskSpace } from '../disk-full.ts'
import { refuseEncrypted } from './backup-key.ts'
import { Checkpointer, type WalBounds, walBounds } from './checkpointer.ts'
import { connect, Snapshot } from './connection.ts'
import { checkHealth, integrity, refuseDatabase, refuseDirectory } from './health.ts'
import { CommitGroup, SqliteWriter } from './writer.ts'
import { checkLog, damageText } from './log-check.ts'
import { migrate } from './schema.ts'

/** KiB of page cache. */
const WRITER_CACHE = 16 * 1024
const READER_CACHE = 32 * 1024

export interface SqliteOptions {
  /** Holds `postern.db` and `segments/`; created if missing. No other process may have it open: see `holdDirectory`. */
  readonly dir: string
  readonly migrations: readonly Migration[]
  readonly world: World
  readonly log: Log
  readonly disk?: Disk
  readonly bounds?: WalBounds
  /** The largest size of a segment in octets. */
  readonly segment?: number
}

/**
 * Opens a store: rows in one SQLite database, bytes in segment files, notices within the process. Refuses, with one
 * sentence, a directory that cannot be used, and a database that is damaged or from a newer version.
 */
export async function openSqliteEngine(options: SqliteOptions): Promise<Engine> {
  const dir = resolve(options.dir)
  try {
    refuseEncrypted(dir)
    await makeDirectory(dir)
    return await openIn(dir, options)
  } catch (error) {
    return error instanceof Refusal ? Promise.reject(error) : refuseDirectory(dir, error)
  }
}

async function openIn(dir: string, options: SqliteOptions): Promise<Engine> {
  const { world, log, disk = realDisk, bounds = walBounds, segment } = options
  const path = join(dir, 'postern.db')
  const segments = join(dir, 'segments')
  const existed = existsSync(path)
  using opening = new DisposableStack()

  const lost = existed && (await keepDamagedLog(path, log)) > 0
  const writing = opening.adopt(await openDatabase(path, segments, options), (database) => database.close())
  const unclean = (!markOpen(writing) && existed) || lost
  checkpointAtStart(writing, log)
  const wal = opening.adopt(openSync(`${path}-wal`, 'r'), closeSync)
  await disk.sync(wal)
  await syncDirectory(dir)
  const reading = opening.use(connect(path, { readOnly: true, cache: READER_CACHE }))
  const snapshot = new Snapshot(reading)
  snapshot.advance()

  const room = new DiskSpace(world, log)
  const limit = segment !== undefined && { limit: segment }
  const blobs = await SegmentBlobs.open(segments, { disk, world, room, log, ...limit })
  const checkpointer = new Checkpointer(path, writing, log, bounds)
  const writer = new SqliteWriter(new CommitGroup(writing, world), {
    world,
    log,
    room,
    sync: () => disk.sync(wal),
    durable: () => snapshot.advance(),
    between: () => checkpointer.between((work) => snapshot.without(work)),
  })
  const opened = opening.move()
  const leases = new LocalLeases(world, log)
  const shut = async () => {
    using _ = opened
    try {
      await leases.close()
      await blobs.close()
      await Promise.all([writer.write(closed), writer.close()])
    } finally {
      snapshot.release()
      await checkpointer.close()
    }
  }
  let closing: Promise<void> | undefined
  return {
    sql: rows(snapshot, writer),
    blobs,
    notifier: new LocalNotifier(log),
    leases,
    unclean,
    lost,
    check: async () => integrity(reading),
    close: () => (closing ??= shut()),
  }
}

async function openDatabase(path: string, segments: string, options: SqliteOptions): Promise<DatabaseSync> {
  let database: DatabaseSync | undefined
  try {
    // SQLite gives the WAL, its index and the journal the permissions of the database.
    await ensurePrivateFile(path)
    database = connect(path, { cache: WRITER_CACHE })
    checkHealth(database, path, segments)
    await migrate(database, path, options)
    // Done last, so that a refused database stays as it was.
    database.exec('pragma journal_mode = wal')
    return database
  } catch (error) {
    database?.close()
    return refuseDatabase(path, error)
  }
}

/**
 * Checks the write-ahead log that a killed server left. SQLite ignores damaged frames silently, so this function logs
 * them and keeps the damaged log beside the database. Refuses a log that does not match the database. Returns the
 * number of lost committed frames.
 */
async function keepDamagedLog(path: string, log: Log): Promise<number> {
  const state = checkLog(path)
  if (state.is === 'intact') return 0
  if (state.is === 'unusable') refuse('wrong-state', damageText(path, state), { database: path })
  const kept = existsSync(`${path}-wal`) ? `${path}-wal.damaged` : undefined
  log.error({ ...state, kept }, damageText(path, state))
  if (kept !== undefined) await copyDurably(`${path}-wal`, kept)
  if (state.is === 'superseded') for (const end of ['-wal', '-shm']) await rm(path + end, { force: true })
  return state.lost
}

/** Records in the database file itself that it is open, whatever happens to the log. */
function checkpointAtStart(database: DatabaseSync, log: Log): void {
  try {
    database.exec('pragma wal_checkpoint(passive)')
  } catch (error) {
    log.warn({ error }, 'The database could not be checkpointed')
  }
}

/** Records that the database is open. Returns false if it was not closed properly before. */
function markOpen(database: DatabaseSync): boolean {
  const open = database.prepare(`select value from engine_state where name = 'open'`).get()?.['value']
  database.exec(`update engine_state set value = 1 where name = 'open'`)
  return open === 0
}

const closed = () => ask(sql`update engine_state set value = 0 where name = 'open'`)

const rows = (snapshot: Snapshot, writer: SqliteWriter): Sql => ({
  all: async <R = Row>(statement: Statement) => snapshot.all(statement) as readonly R[],
  first: async <R = Row>(statement: Statement) => snapshot.all(statement)[0] as R | undefined,
  write: (work) => writer.write(work),
})
