import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type Log, silentLog } from '../../src/core/log.ts'
import { Refusal } from '../../src/core/refusal.ts'
import { DAY } from '../../src/core/time.ts'
import type { World } from '../../src/core/world.ts'
import type { BlobRef, Naming } from '../../src/storage/engine.ts'
import { LocalLeases } from '../../src/storage/local/leases.ts'
import { PostgresConnection } from '../../src/storage/postgres/connection.ts'
import type { PackDatabase } from '../../src/storage/s3/database.ts'
import { PackBlobs } from '../../src/storage/s3/pack-blobs.ts'
import { packTables } from '../../src/storage/s3/pack-tables.ts'
import { temporaryDirectory } from './disk.ts'
import { createDatabase } from './postgres.ts'
import { openBucket, type TestBucket } from './s3.ts'
import { acceleratedWorld } from './world.ts'

/** How many times as fast the clock of the nodes runs. */
const TIMES = 30

export interface PackNode {
  readonly blobs: PackBlobs
  /** Ends the node as `kill -9` does. */
  kill(): Promise<void>
  close(): Promise<void>
}

interface NodeOptions {
  /** Whether the node has the leases. */
  readonly leads?: boolean
  readonly spoolOctets?: number
}

/** Nodes that keep bytes in one database and one bucket. */
export interface PackPlace {
  readonly bucket: TestBucket
  readonly query: PackDatabase['query']
  /** The nodes that have a heartbeat. */
  readonly living: Set<string>
  /** Whether the answer to a statement that the database has carried out is lost. */
  loseAnswer: (text: string) => boolean
  /** The references that rows name. */
  readonly rows: Set<BlobRef>
  /** The error lines of all nodes. */
  readonly errors: string[]
  open(name: string, options?: NodeOptions): Promise<PackNode>
}

export async function openPackPlace(): Promise<PackPlace> {
  const [database, bucket] = await Promise.all([createDatabase(), openBucket()])
  const dir = temporaryDirectory()
  const closers: (() => Promise<void>)[] = []
  onTestFinished(async () => {
    for (const close of closers.toReversed()) await close()
    await bucket.close()
    await database.drop()
  })
  const connect = async () => {
    const connection = await PostgresConnection.open(database.url, [])
    closers.push(() => connection.close())
    return connection
  }
  const direct = withBuffers(await connect())
  for (const table of packTables) await direct.query(table)
  const errors: string[] = []
  const log: Log = { ...silentLog, error: (_, text) => void errors.push(text), child: () => log }
  const rows = new Set<BlobRef>()
  const living = new Set<string>()
  const naming: Naming = async (after, until) =>
    [...rows]
      .filter((ref) => ref > after && ref < until)
      .sort()
      .slice(0, 50)

  async function open(name: string, { leads = false, spoolOctets = 1024 ** 3 }: NodeOptions = {}): Promise<PackNode> {
    const connections = await Promise.all([connect(), connect()])
    const ended = new AbortController()
    const world = worldUntil(ended.signal)
    const leases = new LocalLeases(world, log)
    living.add(name)
    const [database, background] = connections.map(withBuffers).map(losing) as [PackDatabase, PackDatabase]
    const blobs = await PackBlobs.open({
      database,
      background,
      objects: bucket.store(world),
      leases: leads ? leases : { run: () => {} },
      world,
      log,
      node: name,
      livingNodes: async () => [...living],
      cache: path.join(dir, name),
      cacheOctets: 64 * 1024 ** 2,
      spoolOctets,
      kept: DAY,
    })
    blobs.keep(naming)
    const disconnect = async () => {
      await Promise.all(connections.map((connection) => connection.close()))
    }
    let isOver = false
    const kill = async () => {
      isOver = true
      ended.abort()
      void leases.close()
      living.delete(name)
      await disconnect()
    }
    const close = async () => {
      if (isOver) return
      isOver = true
      living.delete(name)
      await blobs.close()
      await leases.close()
      ended.abort()
      await disconnect()
    }
    closers.push(close)
    return { blobs, kill, close }
  }
  const losing = (direct: PackDatabase): PackDatabase => ({
    async query<R>(text: string, args?: Parameters<PackDatabase['query']>[1]) {
      const answer = await direct.query<R>(text, args)
      if (place.loseAnswer(text)) throw new Refusal('busy', 'The connection to the database was lost')
      return answer
    },
  })
  const query: PackPlace['query'] = (text, args) => direct.query(text, args)
  const place: PackPlace = { bucket, query, loseAnswer: () => false, living, rows, errors, open }
  return place
}

/** Its timers do not run any more after the signal. */
function worldUntil(signal: AbortSignal): World {
  const world = acceleratedWorld(TIMES)
  return { ...world, after: (milliseconds, run) => world.after(milliseconds, () => void (signal.aborted || run())) }
}

const withBuffers = (connection: PostgresConnection): PackDatabase => ({
  async query<R>(text: string, args?: Parameters<PackDatabase['query']>[1]) {
    const rows = await connection.run<Record<string, unknown>>(text, args)
    return rows.map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, it]) => [name, it instanceof Uint8Array ? Buffer.from(it) : it]),
        ) as R,
    )
  },
})
