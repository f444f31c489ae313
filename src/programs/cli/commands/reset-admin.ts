import path from 'node:path'
import { failed, wrongUsage } from '../failure.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { properties } from '../output/table.ts'
import { warningsOf } from '../output/warning.ts'

export const resetAdmin: CliCommand = {
  name: 'reset-admin',
  usage: ['[--data DIR] [--tenant T] [--json]'],
  synopsis: "creates a new secret for the administrator's app while no server runs, and revokes its other credentials",
  options: [['--tenant T', 'GUID or domain of a tenant other than the first; its new secret is printed']],

  async run(invocation) {
    const { words, data, folder, json, streams } = invocation
    const { values, positionals } = readOptions(words, { tenant: { type: 'string' } })
    if (positionals.length > 0) wrongUsage('reset-admin has no arguments.')
    // Loaded for this command only: other commands start faster without the storage engine.
    const { resetOffline } = await import('../offline.ts')
    const { Refusal } = await import('../../../core/refusal.ts')
    const dataDir = data ?? path.resolve(folder, 'postern-data')
    const result = await resetOffline(dataDir, values.tenant, warningsOf(invocation)).catch((thrown: unknown) => {
      if (thrown instanceof Refusal) return failed('NotReset', thrown.message, { reason: thrown.reason })
      throw thrown
    })
    streams.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : properties(Object.keys(result), result)}\n`)
    return 0
  },
}
