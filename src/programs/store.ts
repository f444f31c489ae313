import type { Log } from '../core/log.ts'
import type { World } from '../core/world.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import type { Engine } from '../storage/engine.ts'
import { openSqliteEngine } from '../storage/sqlite/engine.ts'
import { openSqliteToRead } from '../storage/sqlite/open-to-read.ts'
import { masterKeys } from './master-keys.ts'
import { migrations } from './services.ts'
import type { Settings } from './settings.ts'
import type { SharedSecrets } from './shared-secrets.ts'

export interface StoreOptions {
  /** The data directory. The caller holds its lock. */
  readonly dataDir: string
  readonly settings: Settings
  readonly world: World
  readonly log: Log
  /** The command that uses the store; a server by default. */
  readonly use?: 'serve' | 'reset-admin' | 'restore' | 'verify' | 'migrate'
}

/** An open store. */
export interface Store {
  readonly engine: Engine
  /** The keys that encrypt the secrets in the store. */
  readonly master: MasterKeys
  /** Undefined for the store of one server, which has its secrets in files. */
  readonly secrets: SharedSecrets | undefined
  /** Tells the other nodes that this one stops. */
  readonly drain: () => Promise<void>
  /** Whether nobody has opened the store since its database was restored, as far as the database shows. */
  readonly wasRestored: boolean
  /** The names of the other nodes that run. None for the store of one server, whose directory the caller has locked. */
  readonly runningNodes: () => Promise<readonly string[]>
}

/** Opens the store that the settings name. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, settings, world, log } = options
  const master = await masterKeys(settings.keys)
  if (settings.store.engine === 'postgres') {
    // Loaded for shared stores only.
    const { openPostgresStore } = await import('./postgres-store.ts')
    return openPostgresStore(options, master)
  }
  const engine = await openSqliteEngine({ dir: dataDir, migrations, world, log })
  return { engine, master, secrets: undefined, drain: async () => {}, wasRestored: false, runningNodes: async () => [] }
}

/** Opens the store that the settings name, to read. Refuses `no-such-thing`, and `unsupported` for an older store. */
export async function openStoreToRead(options: StoreOptions): Promise<Pick<Store, 'engine' | 'runningNodes'>> {
  const { dataDir, settings, world, log } = options
  if (settings.store.engine === 'postgres') return openStore(options)
  const engine = await openSqliteToRead({ dir: dataDir, migrations, world, log })
  return { engine, runningNodes: async () => [] }
}
