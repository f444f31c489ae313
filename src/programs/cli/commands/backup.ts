import path from 'node:path'
import { realWorld } from '../../../core/world.ts'
import { withFailureCode, wrongUsage } from '../failure.ts'
import type { CliCommand } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { properties } from '../output/table.ts'
import { warningsOf } from '../output/warning.ts'
import { passphraseIn, passphraseOption } from '../passphrase.ts'

export const backup: CliCommand = {
  name: 'backup',
  usage: ['TO [--data DIR] [--passphrase-file F] [--without-keys] [--json]'],
  synopsis: 'copies a data directory, also while a server uses it; an existing copy is updated',
  options: [
    ['TO', 'a directory that is missing, empty, or has an earlier backup; other users lose access to it'],
    [
      '--passphrase-file F',
      'encrypts the backup with the passphrase in this file (AES-256-GCM, key derived with scrypt); file names and sizes stay visible',
    ],
    [
      '--without-keys',
      'leaves out the keys that sign tokens and URLs, tls/, the administrator’s secret, and files with a private key or a secret setting; a server on a restored copy creates new ones',
    ],
  ],

  async run(invocation) {
    const { words, data, folder, json, streams } = invocation
    const { values, positionals } = readOptions(words, { ...passphraseOption, 'without-keys': { type: 'boolean' } })
    const [named, ...rest] = positionals
    if (named === undefined || rest.length > 0) return wrongUsage('backup needs the directory to put the backup into.')
    const passphrase = await passphraseIn(invocation, values['passphrase-file'])
    // Loaded for this command only: other commands start faster without the storage engine.
    const { backUp } = await import('../../../storage/sqlite/backup.ts')
    const { keys } = await import('../../keys.ts')
    const from = data ?? path.resolve(folder, 'postern-data')
    const to = path.resolve(folder, named)
    const without = values['without-keys'] ? keys : undefined
    const options = { from, to, passphrase, without, world: realWorld, warn: warningsOf(invocation) }
    const { files, octets, leftOut } = await withFailureCode('NotBackedUp', () => backUp(options))
    const result = { from, to, files, octets, ...(without && { left_out: leftOut }) }
    streams.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : properties(Object.keys(result), result)}\n`)
    return 0
  },
}
