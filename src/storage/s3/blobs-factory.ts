import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { BlobsDatabase, BlobsFactory } from '../postgres/engine.ts'
import { DEAD_SECONDS } from '../postgres/nodes.ts'
import type { DatabaseValue, PackDatabase } from './database.ts'
import { PackBlobs, type PackOptions } from './pack-blobs.ts'
import { packTables } from './pack-tables.ts'

interface FactoryOptions extends Pick<PackOptions, 'objects' | 'cache' | 'cacheOctets' | 'spoolOctets' | 'kept'> {
  readonly world: World
  readonly log: Log
}

/** Bytes in packs, for an engine over PostgreSQL. */
export const packsIn = (options: FactoryOptions): BlobsFactory => ({
  tables: packTables,
  open: ({ database, background, node, leases }) =>
    PackBlobs.open({
      ...options,
      database: withBuffers(database),
      background: withBuffers(background),
      leases,
      node,
      livingNodes: async () => {
        const nodes = await database.query<{ id: string }>(
          `select id from engine_node
           where state <> 'ended' and heartbeat > clock_timestamp() - make_interval(secs => $1)`,
          [DEAD_SECONDS],
        )
        return nodes.map(({ id }) => id)
      },
    }),
})

/** The engine returns octets as Uint8Arrays; packs need Buffers. */
const withBuffers = (database: BlobsDatabase): PackDatabase => ({
  query: async <R>(text: string, args?: readonly DatabaseValue[]) => {
    const rows = await database.query<Record<string, unknown>>(text, args)
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, it]) => [name, bufferOf(it)])) as R)
  },
})

const bufferOf = (value: unknown): unknown =>
  value instanceof Uint8Array && !Buffer.isBuffer(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : value
