import type { Log } from '../core/log.ts'
import type { World } from '../core/world.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import type { Engine } from '../storage/engine.ts'
import { openSqliteEngine } from '../storage/sqlite/engine.ts'
import { openSqliteToRead } from '../storage/sqlite/open-to-read.ts'
import { masterKeys } from './master-keys.ts'
import { migrations } from './services.ts'
import type { Settings } from './settings.ts'

export interface StoreOptions {
  /** The data directory. The caller holds its lock. */
  readonly dataDir: string
  readonly settings: Settings
  readonly world: World
  readonly log: Log
}

/** An open store. */
export interface Store {
  readonly engine: Engine
  /** The keys that encrypt the secrets in the store. */
  readonly master: MasterKeys
}

/** Opens the store that the settings name. */
export async function openStore({ dataDir, settings, world, log }: StoreOptions): Promise<Store> {
  const master = await masterKeys(settings.keys)
  return { engine: await openSqliteEngine({ dir: dataDir, migrations, world, log }), master }
}

/** Opens the store that the settings name, to read. Refuses `no-such-thing`, and `unsupported` for an older store. */
export const openStoreToRead = ({ dataDir, world, log }: StoreOptions): Promise<Engine> =>
  openSqliteToRead({ dir: dataDir, migrations, world, log })
