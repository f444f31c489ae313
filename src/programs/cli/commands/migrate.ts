import { withFailureCode, wrongUsage } from '../failure.ts'
import type { MigrationWatcher } from '../migration/migrate-store.ts'
import { type CliCommand, type Invocation, readOptions } from '../options.ts'
import { properties } from '../output/table.ts'
import { type Progress, progressOf } from '../output/terminal.ts'
import { warningsOf } from '../output/warning.ts'
import { configOption, configuredStore } from '../store-options.ts'

export const migrate: CliCommand = {
  name: 'migrate',
  usage: ['--to postgres --config FILE [--data DIR] [--json]'],
  synopsis:
    'copies the store of a stopped server into PostgreSQL and S3, and compares every row and message; continues if it was interrupted',
  options: [
    ['--to postgres', 'where the store goes'],
    ['--config FILE', 'the settings of the new nodes, in YAML; the database must be empty'],
    ['--data DIR', 'the data directory of the stopped server (./postern-data); it stays as it is'],
  ],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, { ...configOption, to: { type: 'string' } })
    if (positionals.length > 0) wrongUsage('migrate has no arguments.')
    if (values.to !== 'postgres') wrongUsage('migrate needs --to postgres.')
    if (values.config === undefined) wrongUsage('migrate needs --config, the settings of the new nodes.')
    // Loaded for this command only: other commands start faster without the storage engine.
    const { migrateOffline } = await import('../migration/migrate-offline.ts')
    const watcher = new ShownProgress(invocation)
    const result = await withFailureCode('NotMigrated', async () =>
      migrateOffline(await configuredStore(invocation, values.config), watcher, warningsOf(invocation)),
    ).finally(() => watcher.stop())
    const { json, streams } = invocation
    streams.stdout.write(
      `${json ? JSON.stringify(result, undefined, 2) : properties(Object.keys(result), { ...result })}\n`,
    )
    return 0
  },
}

/** Names each phase on standard error, with a progress bar if that is a terminal. */
class ShownProgress implements MigrationWatcher {
  readonly #invocation: Invocation
  #bar: Progress | undefined

  constructor(invocation: Invocation) {
    this.#invocation = invocation
  }

  phase(name: Parameters<MigrationWatcher['phase']>[0], octets: number): void {
    this.stop()
    const { json, streams } = this.#invocation
    if (!json) streams.stderr.write(`${name}${octets > 0 ? `: ${(octets / 1e6).toFixed(1)} MB` : ''}\n`)
    if (octets > 0) this.#bar = progressOf(this.#invocation, octets)
  }

  advance(octets: number): void {
    this.#bar?.advance(octets)
  }

  stop(): void {
    this.#bar?.stop()
    this.#bar = undefined
  }
}
