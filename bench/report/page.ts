import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { standard } from '../plan.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { everythingTable, goalsTable, growthTable, idleGrowthTable, tokenTable } from './tables.ts'
import { hostileTables } from './hostile-table.ts'
import type { Records } from './records.ts'

const PAGE = path.resolve(import.meta.dirname, '../../docs/performance.md')
const BEGIN = '<!-- measured: npm run bench -- --write-docs -->'
const END = '<!-- end of what was measured -->'
const HOSTILE_BEGIN = '<!-- measured: npm run bench -- --only hostile --write-docs -->'
const HOSTILE_END = '<!-- end of the hostile neighbour -->'

/** Prints the results of a run as Markdown. */
export function report(records: Records, scenarios: readonly Scenario[]): string {
  const growing = growthTable(records)
  const tokens = tokenTable(records)
  const idling = idleGrowthTable(records)
  const hostile = hostileTables(records)
  return [
    circumstances(records),
    '### Goals',
    goalsTable(records, scenarios),
    ...(tokens === undefined ? [] : ['### Tokens beside the signatures that are in them', tokens]),
    ...(growing === undefined ? [] : ['### How cost grows with a folder', growing]),
    ...(idling === undefined ? [] : ['### How cost grows with sessions that idle over TLS', idling]),
    ...(hostile === undefined ? [] : ['### Beside a hostile neighbour', hostile]),
    ...records.targets.flatMap((target) => [`### Every measurement: ${target}`, everythingTable(records, target)]),
  ].join('\n\n')
}

/**
 * Replaces the measured parts of docs/performance.md for which there are records; what people wrote around them stays.
 */
export function writePage(records: Records, scenarios: readonly Scenario[]): void {
  const hostile = hostileTables(records)
  if (hostile !== undefined) replacePart(HOSTILE_BEGIN, HOSTILE_END, `${circumstances(records)}\n\n${hostile}`)
  if (records.entries.some(({ scenario }) => scenario !== 'hostile'))
    replacePart(BEGIN, END, report(records, scenarios))
}

function replacePart(begin: string, end: string, text: string): void {
  const page = readFileSync(PAGE, 'utf8')
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${PAGE} has lost the marks between which the tables stand`)
  writeFileSync(PAGE, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`)
}

function circumstances({ environment: it }: Records): string {
  const { plan } = it
  const asStated = plan.messages === standard.messages && plan.large === standard.large
  return [
    `Measured on ${it.at.slice(0, 10)}: ${it.processor}, ${it.cores} cores, ${it.memory} GB, Linux ${it.kernel}, ${it.filesystem}; Node ${it.node}; commit ${it.commit}.`,
    `${Object.values(it.targets).join(' against ')}. Medians of ${plan.rounds} ${plan.rounds === 1 ? 'round' : 'rounds'} with [smallest..largest], ${plan.seconds} s each.`,
    ...(asStated ? [] : ['The folders do not have the sizes that the goals are stated for.']),
  ].join('\n')
}
