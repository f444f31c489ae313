import path from 'node:path'
import { failed, wrongUsage } from '../failure.ts'
import type { Command } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { properties } from '../output/table.ts'
import { warningsOf } from '../output/warning.ts'

export const resetAdmin: Command = {
  name: 'reset-admin',
  usage: ['[--data DIR] [--tenant T] [--json]'],
  synopsis: "a new secret for the administrator's app, while no server runs; every older credential of it ends",
  options: [['--tenant T', 'GUID or domain of another tenant than the first; its new secret is printed']],

  async run(invocation) {
    const { words, data, folder, json, streams } = invocation
    const { values, positionals } = readOptions(words, { tenant: { type: 'string' } })
    if (positionals.length > 0) wrongUsage('reset-admin takes no argument of its own.')
    // What opens a data directory is loaded for this command alone.
    const { resetOffline } = await import('../reset-offline.ts')
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
