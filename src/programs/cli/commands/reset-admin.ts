import { withFailureCode, wrongUsage } from '../failure.ts'
import { type CliCommand, readOptions } from '../options.ts'
import { properties } from '../output/table.ts'
import { warningsOf } from '../output/warning.ts'
import { configOption, configUsage, configuredStore } from '../store-options.ts'

export const resetAdmin: CliCommand = {
  name: 'reset-admin',
  usage: ['[--data DIR] [--config FILE] [--tenant T] [--json]'],
  synopsis: "creates a new secret for the administrator's app while no server runs, and revokes its other credentials",
  options: [configUsage, ['--tenant T', 'GUID or domain of a tenant other than the first; its new secret is printed']],

  async run(invocation) {
    const { words, json, streams } = invocation
    const { values, positionals } = readOptions(words, { ...configOption, tenant: { type: 'string' } })
    if (positionals.length > 0) wrongUsage('reset-admin has no arguments.')
    // Loaded for this command only: other commands start faster without the storage engine.
    const { resetOffline } = await import('../offline.ts')
    const result = await withFailureCode('NotReset', async () =>
      resetOffline(await configuredStore(invocation, values.config), values.tenant, warningsOf(invocation)),
    )
    streams.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : properties(Object.keys(result), result)}\n`)
    return 0
  },
}
