import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { isLoose } from '../../../core/private-files.ts'
import { realWorld } from '../../../core/world.ts'
import { failed, withFailureCode, wrongUsage } from '../failure.ts'
import { type CliCommand, type Invocation, readOptions } from '../options.ts'
import { properties } from '../output/table.ts'
import { configOption, configuredStore, configUsage } from '../store-options.ts'
import { warningsOf } from '../output/warning.ts'

export const backup: CliCommand = {
  name: 'backup',
  usage: ['TO [--data DIR] [--config FILE] [--passphrase-file F] [--without-keys] [--json]'],
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
    const { values, positionals } = readOptions(words, {
      ...configOption,
      ...passphraseOption,
      'without-keys': { type: 'boolean' },
    })
    const [named, ...rest] = positionals
    if (named === undefined || rest.length > 0) return wrongUsage('backup needs the directory to put the backup into.')
    const passphrase = await passphraseIn(invocation, values['passphrase-file'])
    // Loaded for this command only: other commands start faster without the storage engine.
    const { backUp } = await import('../../../storage/sqlite/backup.ts')
    const { keys } = await import('../../keys.ts')
    const { settings } = await configuredStore(invocation, values.config)
    if (settings.store.engine === 'postgres') failed('NotBackedUp', (await import('../offline.ts')).inDatabase)
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

/** Minimum length in characters: scrypt makes guesses expensive, but a short passphrase is still guessed. */
const SHORTEST = 12

const passphraseOption = {
  'passphrase-file': { type: 'string' },
} as const

/** The passphrase in a file, without the line end; undefined if no file is named. */
async function passphraseIn(invocation: Invocation, named: string | undefined): Promise<string | undefined> {
  if (named === undefined) return undefined
  const file = path.resolve(invocation.folder, named)
  const content = await readFile(file, 'utf8').catch((thrown: Error) =>
    wrongUsage(`--passphrase-file: ${thrown.message}`),
  )
  const { mode } = await stat(file)
  if (isLoose(mode)) warningsOf(invocation)(`Other users have permissions on the passphrase file ${file}.`)
  const passphrase = content.replace(/\r?\n$/, '')
  if (passphrase.length >= SHORTEST) return passphrase
  return wrongUsage(`--passphrase-file: the passphrase in ${file} has fewer than ${SHORTEST} characters.`)
}

export const restore: CliCommand = {
  name: 'restore',
  usage: ['FROM [--data DIR] [--config FILE] [--passphrase-file F] [--json]', '--config FILE [--json]'],
  synopsis:
    'creates a data directory from a backup; messages keep their UIDs, and new ones get much higher numbers. With several nodes, lets the numbers jump after the database was restored',
  options: [
    ['FROM', 'the directory of a backup; absent for a database that nodes share'],
    ['--data DIR', 'the directory to create (./postern-data); it must be missing or empty'],
    configUsage,
    ['--passphrase-file F', 'the passphrase of an encrypted backup; changed or truncated files are refused'],
  ],

  async run(invocation) {
    const { words, folder, json, streams } = invocation
    const { values, positionals } = readOptions(words, { ...configOption, ...passphraseOption })
    const [named, ...rest] = positionals
    if (rest.length > 0) wrongUsage('restore has one argument, the directory of a backup.')
    if (named === undefined) return restoreShared(invocation, values.config)
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

/** After the database of nodes was restored. */
async function restoreShared(invocation: Invocation, config: string | undefined): Promise<number> {
  const { json, streams } = invocation
  const jumped = await withFailureCode('NotRestored', async () => {
    const store = await configuredStore(invocation, config)
    if (store.settings.store.engine === 'sqlite') wrongUsage('restore needs the directory of a backup.')
    const { markRestored } = await import('../offline.ts')
    return markRestored(store, warningsOf(invocation))
  })
  streams.stdout.write(
    json ? `${JSON.stringify({ jumped }, undefined, 2)}\n` : `UIDs and mod-sequences jump by ${jumped}.\n`,
  )
  return 0
}
