import path from 'node:path'
import { realWorld } from '../../../core/world.ts'
import { wrongUsage } from '../failure.ts'
import type { Command } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { refusedAs } from '../refused-as.ts'
import { properties } from '../output/table.ts'

export const backup: Command = {
  name: 'backup',
  usage: ['TO [--data DIR] [--json]'],
  synopsis: 'copies a data directory, whether or not a server runs on it; a copy that is there is brought up to date',
  options: [['TO', 'a directory that is missing, empty, or holds an earlier backup']],

  async run({ words, data, folder, json, streams }) {
    const { positionals } = readOptions(words, {})
    const [named, ...rest] = positionals
    if (named === undefined || rest.length > 0) return wrongUsage('backup needs the directory to put the backup into.')
    const { backUp } = await import('../../../storage/sqlite/backup.ts')
    const from = data ?? path.resolve(folder, 'postern-data')
    const to = path.resolve(folder, named)
    const { files, octets } = await refusedAs('NotBackedUp', () => backUp({ from, to, world: realWorld }))
    const result = { from, to, files, octets }
    streams.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : properties(Object.keys(result), result)}\n`)
    return 0
  },
}
