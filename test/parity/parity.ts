import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { faultsInRun, faultsOf } from './judge.ts'
import { parityPage } from './page.ts'
import { keptIds, pageFile, readResults, root, sourceOf, tables } from './table.ts'

/**
 * Compares the parity tables with a run of the tests: `node test/parity/parity.ts RESULTS.json…`, where each file comes
 * from `vitest run --reporter=json --outputFile=RESULTS.json`. Prints every fault, and fails if there is one.
 */
const { positionals } = parseArgs({ allowPositionals: true })
if (positionals.length === 0) throw new Error('Name the files with the results of the tests')
const results = positionals.flatMap((file) => readResults(path.resolve(file), root))

for (const table of tables) {
  const faults = [...faultsOf(table, keptIds(table), sourceOf), ...faultsInRun(table, results)]
  if (readFileSync(pageFile(table), 'utf8') !== parityPage(table)) faults.push('its page is out of date: npm run docs')
  for (const fault of faults) process.stdout.write(`${table.name}: ${fault}\n`)
  process.stdout.write(`${table.name}: ${table.facts.length} facts, ${faults.length} faults\n`)
  if (faults.length > 0) process.exitCode = 1
}
