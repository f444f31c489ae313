import path from 'node:path'
import type { Settings } from '../settings.ts'
import type { Invocation } from './options.ts'

/** The option of every command that works on a store without a server. */
export const configOption = { config: { type: 'string' } } as const

export const configUsage = ['--config FILE', 'the settings of the server, in YAML (DIR/postern.yaml)'] as const

/** A store, by the settings of its server. */
export interface ConfiguredStore {
  readonly dataDir: string
  readonly settings: Settings
}

/** The store in `--data`, with the settings of the file, or of `postern.yaml` in the data directory. */
export async function configuredStore(invocation: Invocation, config: string | undefined): Promise<ConfiguredStore> {
  // Loaded for these commands only: other commands start faster without the declarations of all settings.
  const { configFile, readConfig } = await import('../config.ts')
  const dataDir = invocation.data ?? path.resolve(invocation.folder, 'postern-data')
  const file = configFile(config === undefined ? undefined : path.resolve(invocation.folder, config), dataDir)
  return { dataDir, settings: readConfig({ environment: invocation.env, ...(file && { file }) }) }
}
