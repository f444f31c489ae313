import path from 'node:path'
import { wrongUsage } from '../failure.ts'
import type { Command } from '../invocation.ts'
import { readOptions } from '../options.ts'
import { refusedAs } from '../refused-as.ts'
import { properties } from '../output/table.ts'

export const restore: Command = {
  name: 'restore',
  usage: ['FROM [--data DIR] [--json]'],
  synopsis: 'makes a data directory of a backup; messages keep their UIDs, and new ones get numbers well ahead',
  options: [['--data DIR', 'the directory to make (./postern-data); it must be missing or empty']],

  async run({ words, data, folder, json, streams }) {
    const { positionals } = readOptions(words, {})
    const [named, ...rest] = positionals
    if (named === undefined || rest.length > 0) return wrongUsage('restore needs the directory of a backup.')
    // What opens a data directory is loaded for this command alone.
    const { restoreOffline } = await import('../restore-offline.ts')
    const from = path.resolve(folder, named)
    const to = data ?? path.resolve(folder, 'postern-data')
    const { files, octets } = await refusedAs('NotRestored', () => restoreOffline(from, to))
    const result = { from, to, files, octets }
    streams.stdout.write(`${json ? JSON.stringify(result, undefined, 2) : properties(Object.keys(result), result)}\n`)
    return 0
  },
}
