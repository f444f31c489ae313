import { withFailureCode, wrongUsage } from '../failure.ts'
import { type CliCommand, readOptions } from '../options.ts'
import { columns, jsonText } from '../output/table.ts'
import { widthOf } from '../output/terminal.ts'
import { configOption, configUsage, configuredStore } from '../store-options.ts'

export const nodes: CliCommand = {
  name: 'nodes',
  usage: ['[--data DIR] [--config FILE] [--json]'],
  synopsis:
    'lists the nodes of a shared store: version, state, last heartbeat, leases, and what they wrote that the bucket does not have yet; works while no node runs',
  options: [configUsage],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, configOption)
    if (positionals.length > 0) wrongUsage('nodes has no arguments.')
    // Loaded for this command only: other commands start faster without the database driver.
    const { listNodes } = await import('../../node-list.ts')
    const listed = await withFailureCode('NotListed', async () => {
      const { settings } = await configuredStore(invocation, values.config)
      return listNodes(settings)
    })
    const { json, streams } = invocation
    const rows = listed.map(({ spool, ...node }) => ({
      ...node,
      spool: `${spool.octets} octets`,
      lag: `${spool.lag} s`,
    }))
    const table = columns(
      ['name', 'version', 'state', 'heartbeat', 'spool', 'lag', 'leases'],
      rows,
      widthOf(invocation),
    )
    streams.stdout.write(`${json ? jsonText(listed, 2) : table}\n`)
    return 0
  },
}
