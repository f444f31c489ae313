import { randomUUID } from 'node:crypto'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { Blobs, Engine, Migration, Row, Statement } from '../engine.ts'
import { ConnectionLost, PostgresConnection, sqlStateOf } from './connection.ts'
import { Epochs } from './epochs.ts'
import { findFaults } from './health.ts'
import { Link, StatementLimit } from './link.ts'
import { type NodeIdentity, Nodes } from './nodes.ts'
import { PostgresNotifier } from './notifier.ts'
import { Readers } from './readers.ts'
import { checkDatabase, migrate } from './schema.ts'
import { PostgresWriter } from './writer.ts'

/** Connections of a node for reads, and for writes with holds. */
const READERS = 4
const LANES = 3
/** Statements for bytes that may run or wait on a connection. */
const MOST_BLOB_STATEMENTS = 4096

/** Milliseconds for which a transaction may wait for its node. */
const IDLE_IN_TRANSACTION = 10_000

/** A connection for the bytes of an engine. */
export interface BlobsDatabase {
  /** Runs a statement as a transaction of its own. Refuses `busy` while the database is away. Lists become arrays. */
  query<R = unknown>(text: string, args?: readonly unknown[]): Promise<readonly R[]>
}

/** The dependencies of the bytes of an engine. */
export interface BlobsDeps {
  readonly database: BlobsDatabase
  /** The same database by another connection, for statements that may take long. */
  readonly background: BlobsDatabase
  /** The id of this run of the node, as in `engine_node`. */
  readonly node: string
  readonly leases: Engine['leases']
}

/** Where an engine puts bytes. */
export interface BlobsFactory {
  /** Statements that create what it needs in the database. Each can run again. */
  readonly tables: readonly string[]
  open(deps: BlobsDeps): Promise<Blobs & { close(): Promise<void> }>
}

export interface PostgresOptions {
  /** Connection URI. Its user owns the database, or may create tables in it. */
  readonly url: string
  readonly node: Omit<NodeIdentity, 'id'>
  readonly migrations: readonly Migration[]
  readonly world: World
  readonly log: Log
  readonly blobs: BlobsFactory
  /** `local`: a commit waits for no standby. */
  readonly durability?: 'local' | 'standby'
  readonly lanes?: number
}

export interface PostgresEngine extends Engine {
  /** Whether this is the first opening after a restore, or after a standby took over. */
  readonly wasRestored: boolean
  /** The names of the other nodes that run. */
  others(): Promise<readonly string[]>
  /** Shows the other nodes that this one takes no new clients. */
  drain(): Promise<void>
}

/**
 * Opens a store that several nodes share: rows and notices in a PostgreSQL database, bytes where `blobs` puts them.
 * Refuses, with one sentence and the command that fixes it, a database that cannot be used.
 */
export async function openPostgresEngine(options: PostgresOptions): Promise<PostgresEngine> {
  const { url, world, log, durability = 'local', lanes = LANES } = options
  const identity = { id: randomUUID(), ...options.node }
  const connect = () =>
    PostgresConnection.open(url, [
      // A node that is frozen in a transaction must not keep its locks.
      `set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION}`,
      // Whatever the server has as its default: an acknowledged write must not be lost with its machine.
      `set synchronous_commit = ${durability === 'local' ? 'local' : 'on'}`,
    ])
  await prepareDatabase(connect, options)
  const epochs = new Epochs()
  const open = async () => {
    const connection = await connect()
    try {
      await epochs.note(connection)
    } catch (error) {
      connection.destroy()
      throw error
    }
    return connection
  }

  const all = new Set<Link>()
  const link = (prepare?: (connection: PostgresConnection) => Promise<void>) => {
    const made = new Link({ open, world, log, ...(prepare && { prepare }) })
    all.add(made)
    return made
  }
  const links = <N extends number>(count: N) => Array.from({ length: count }, () => link())
  let nodes: Nodes | undefined
  let notifier: PostgresNotifier | undefined
  const home: Link = link(async (connection) => {
    await nodes!.enter(connection)
    await notifier!.listen(connection)
  })
  nodes = new Nodes(home, identity, world, log, () => {
    for (const one of all) one.drop()
  })
  notifier = new PostgresNotifier(home, identity.id, world, log)
  try {
    await home.first()
    const readers = new Readers(links(READERS))
    const writer = new PostgresWriter([link(), link(), ...links(lanes - 1)], world)
    const [packs, background] = [link(), link()]
    const blobs = await options.blobs.open({
      database: blobsDatabase(packs),
      background: blobsDatabase(background),
      node: identity.id,
      leases: nodes,
    })
    nodes.start()
    const shut = async () => {
      await nodes.drain()
      await nodes.close()
      await blobs.close()
      await writer.close()
      await notifier.close()
      await Promise.all([readers.close(), packs.close(), background.close()])
      await home.close()
    }
    let closing: Promise<void> | undefined
    const rows = async <R = Row>(statement: Statement) => (await readers.all(statement)) as readonly R[]
    return {
      sql: {
        all: rows,
        first: async <R = Row>(statement: Statement) => (await rows<R>(statement))[0],
        write: (work, holds) => writer.write(work, holds),
      },
      blobs,
      notifier,
      leases: nodes,
      // Everything that was committed is there, so no number was lost.
      unclean: false,
      lost: false,
      restores: () => epochs.before,
      wasRestored: epochs.isNew,
      others: () => nodes.others(),
      check: () => checkRows(open),
      drain: () => nodes.drain(),
      close: () => (closing ??= shut()),
    }
  } catch (error) {
    await home.close()
    throw error
  }
}

async function prepareDatabase(
  open: () => Promise<PostgresConnection>,
  { migrations, blobs: { tables }, world, log }: PostgresOptions,
): Promise<void> {
  const connection = await open().catch(refuseConnection)
  try {
    await checkDatabase(connection, world, log)
    await migrate(connection, { migrations, tables, world })
  } catch (error) {
    if (error instanceof Refusal || sqlStateOf(error) !== '42501') throw error
    refuse(
      'not-allowed',
      `The database user lacks a right: ${(error as Error).message}. Run "alter database NAME owner to USER".`,
    )
  } finally {
    await connection.close()
  }
}

/** On a connection of its own: heartbeats must not wait for a look at all rows. */
async function checkRows(open: () => Promise<PostgresConnection>): Promise<readonly string[]> {
  const connection = await open().catch(refuseConnection)
  try {
    return await findFaults(connection)
  } finally {
    await connection.close()
  }
}

function refuseConnection(error: Error): never {
  const state = sqlStateOf(error)
  const text = `PostgreSQL cannot be used: ${error.message}`
  if (state === '28P01' || state === '28000')
    refuse('not-allowed', `${text}. Check the user and the password of postgres.url.`)
  if (state === '3D000') {
    refuse('no-such-thing', `${text}. Make it with "createdb --template=template0 --locale=C --encoding=UTF8 NAME".`)
  }
  if (state === '53300')
    refuse('busy', `${text}. Set max_connections of the server higher: a node needs about ${READERS + LANES + 5}.`)
  refuse('busy', `${text}. Check that the server runs and that postgres.url names its host and port.`)
}

const blobsDatabase = (link: Link, limit = new StatementLimit(MOST_BLOB_STATEMENTS)): BlobsDatabase => ({
  async query<R = unknown>(text: string, args: readonly unknown[] = []): Promise<readonly R[]> {
    const run = () => limit.run(async () => (await link.get()).run<R>(text, args))
    try {
      // A read changes nothing, so it runs again.
      return await run().catch((error: unknown) =>
        error instanceof ConnectionLost && reads.test(text) ? run() : Promise.reject(error),
      )
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      return refuse('busy', 'The connection to the database was lost')
    }
  },
})

const reads = /^\s*select\b/
