import path from 'node:path'
import { withFailureCode, wrongUsage } from '../failure.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { properties } from '../output/table.ts'
import { warningsOf } from '../output/warning.ts'
import { configOption, configUsage, configuredStore } from '../store-options.ts'
import { passphraseIn, passphraseOption } from '../passphrase.ts'

export const restore: CliCommand = {
  name: 'restore',
  usage: ['FROM [--data DIR] [--config FILE] [--passphrase-file F] [--json]'],
  synopsis: 'creates a data directory from a backup; messages keep their UIDs, and new ones get much higher numbers',
  options: [
    ['--data DIR', 'the directory to create (./postern-data); it must be missing or empty'],
    configUsage,
    ['--passphrase-file F', 'the passphrase of an encrypted backup; changed or truncated files are refused'],
  ],

  async run(invocation) {
    const { words, folder, json, streams } = invocation
    const { values, positionals } = readOptions(words, { ...configOption, ...passphraseOption })
    const [named, ...rest] = positionals
    if (named === undefined || rest.length > 0) return wrongUsage('restore needs the directory of a backup.')
    const passphrase = await passphraseIn(invocation, values['passphrase-file'])
    // Loaded for this command only: other commands start faster without the storage engine.
    const { restoreOffline } = await import('../offline.ts')
    const from = path.resolve(folder, named)
    const { to, files, octets } = await withFailureCode('NotRestored', async () => {
      const { dataDir, settings } = await configuredStore(invocation, values.config)
      const options = { from, to: dataDir, passphrase, warn: warningsOf(invocation) }
      return { to: dataDir, ...(await restoreOffline(options, settings)) }
    })
    const result = { from, to, files, octets }
    streams.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : properties(Object.keys(result), result)}\n`)
    return 0
  },
}
