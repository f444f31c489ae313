import { refuse } from '../core/refusal.ts'
import { SECOND } from '../core/time.ts'
import { PostgresConnection } from '../storage/postgres/connection.ts'
import { DEAD_SECONDS } from '../storage/postgres/nodes.ts'
import { SLOTS, spoolTable } from '../storage/s3/pack-tables.ts'
import type { Settings } from './settings.ts'
import { postgresUrl } from './store-settings.ts'

export interface ListedNode {
  readonly name: string
  /** Of its last run. */
  readonly version: string
  /** A dead node ended without a word: it was killed, or is cut off from the database. */
  readonly state: 'ready' | 'draining' | 'ended' | 'dead'
  /** When the node last wrote its row, by the clock of the database. */
  readonly heartbeat: string
  /** The names of its leases. */
  readonly leases: readonly string[]
  /** Bytes that the node wrote and the bucket does not have yet. */
  readonly spool: {
    readonly octets: number
    /** Seconds since the oldest of its packs in the spool was opened or sealed. */
    readonly lag: number
  }
}

/** The nodes of the store. Needs neither a running node nor the bucket. */
export async function listNodes(settings: Settings): Promise<readonly ListedNode[]> {
  if (settings.store.engine === 'sqlite') refuse('unsupported', ownFiles)
  const connection = await connected(await postgresUrl(settings.postgres))
  try {
    const [table] = await connection.run<{ name: string | null }>(`select to_regclass('engine_pack')::text as name`)
    if (table?.name == null) refuse('no-such-thing', 'No node has started on this database yet.')
    const rows = await connection.run<NodeRow>(NODES, [DEAD_SECONDS])
    return rows.map(({ name, version, state, heartbeat, leases, octets, lag }) => ({
      name,
      version,
      state,
      heartbeat: new Date(heartbeat).toISOString(),
      leases: JSON.parse(leases) as string[],
      spool: { octets, lag },
    }))
  } finally {
    await connection.close()
  }
}

const ownFiles =
  'store.engine is sqlite: one server has this store for itself, so there are no nodes to list. GET /health/ready shows whether it runs.'

interface NodeRow {
  readonly name: string
  readonly version: string
  readonly state: ListedNode['state']
  readonly heartbeat: number
  /** JSON. */
  readonly leases: string
  readonly octets: number
  readonly lag: number
}

const spool = Array.from({ length: SLOTS }, (_, slot) => spoolTable(slot))
  .map((table) => `select pack, octet_length(bytes) as octets from ${table}`)
  .join(' union all ')

/** The last run of each node. Commands such as verify have a name with a space, and are listed while they run. */
const NODES = `
  with last as (
    select distinct on (name) name, version, state, heartbeat from engine_node order by name, started desc, id
  ), unstored as (
    select pack, node, changed, sum(spool.octets) as octets from engine_pack join (${spool}) as spool using (pack)
    where state in ('open', 'sealed') group by pack
  ), spooled as (
    select name, sum(octets) as octets, max(extract(epoch from clock_timestamp() - changed)) as lag
    from unstored join engine_node on id = node group by name
  ), leased as (
    select engine_node.name, json_agg(engine_lease.name order by engine_lease.name) as leases
    from engine_lease join engine_node on id = holder where until > clock_timestamp() group by engine_node.name
  )
  select name, version, coalesce(leases, '[]')::text as leases,
    case when state <> 'ended' and heartbeat < clock_timestamp() - make_interval(secs => $1) then 'dead' else state end
      as state,
    (extract(epoch from heartbeat) * 1000)::bigint as heartbeat,
    coalesce(octets, 0)::bigint as octets, floor(coalesce(lag, 0))::bigint as lag
  from last left join spooled using (name) left join leased using (name)
  where state <> 'ended' or position(' ' in name) = 0
  order by name`

async function connected(url: string): Promise<PostgresConnection> {
  return PostgresConnection.open(url, [`set statement_timeout = ${30 * SECOND}`]).catch((error: Error) =>
    refuse('busy', `PostgreSQL cannot be used: ${error.message}. Check that postgres.url names a running server.`),
  )
}
