import type { Figures } from '../measure/measure.ts'
import { spreadOf } from '../measure/statistics.ts'
import { abusedLabel, hostileRows, quietLabel } from '../scenarios/hostile.ts'
import { figure, spread, table } from './tables.ts'
import type { Records } from './records.ts'

/** How many times its quiet value the p99 of others may be. */
const MOST = 2

/** Prints the effect of an abusive caller on others: for each abuse, and for each operation beside all abuses. */
export function hostileTables(records: Records): string | undefined {
  const target = records.targets.find((name) => hostileRows.some((row) => pairsOf(records, name, row).length > 0))
  if (target === undefined) return undefined
  const lastRow = hostileRows.at(-1)!
  const atOnce = pairsOf(records, target, lastRow)
  return [
    abuseTable(records, target),
    ...(atOnce.length === 0 ? [] : [`By kind of operation, beside all of them at once:`, kindTable(atOnce)]),
  ].join('\n\n')
}

const headings = [
  'Abuse',
  'attempts',
  'a second',
  'turned away',
  "others' operations",
  'refused',
  'p50, quiet',
  'p50, beside it',
  'p99, quiet',
  'p99, beside it',
  `p99 to quiet (goal ${MOST} ×)`,
]

function abuseTable(records: Records, target: string): string {
  const rows = hostileRows.flatMap((row) => {
    const pairs = pairsOf(records, target, row)
    const reason = records.reason(target, abusedLabel(row)) ?? records.reason(target, quietLabel(row))
    if (pairs.length === 0)
      return reason === undefined ? [] : [[row, reason, ...Array.from({ length: headings.length - 2 }, () => '')]]
    const refused = sum(pairs, ({ abused }) => Object.values(abused.refusals ?? {}).reduce((a, b) => a + b, 0))
    const ratio = spreadOf(pairs.map(({ quiet, abused }) => abused.latency!.p99 / quiet.latency!.p99))!
    const cells = [
      row,
      figure(median(pairs, ({ abused }) => abused.abuse!.attempts)),
      figure(median(pairs, ({ abused: { abuse } }) => abuse!.attempts / abuse!.seconds)),
      `${figure(
        (100 * sum(pairs, (it) => it.abused.abuse!.turnedAway)) / sum(pairs, (it) => it.abused.abuse!.attempts),
      )} %`,
      figure(sum(pairs, ({ abused }) => abused.operations)),
      String(refused),
      ...quietAndAbused(pairs, (it) => it.latency?.p50),
      ...quietAndAbused(pairs, (it) => it.latency?.p99),
      `${spread(ratio)} ×${refused > 0 || ratio.median > MOST ? ', missed' : ''}`,
    ]
    return [cells]
  })
  return table(headings, rows)
}

function kindTable(pairs: readonly Pair[]): string {
  const kinds = [...new Set(pairs.flatMap(({ quiet }) => Object.keys(quiet.kinds ?? {})))].sort()
  const rows = kinds.map((kind) => [
    kind,
    ...quietAndAbused(pairs, (it) => it.kinds?.[kind]?.p50),
    ...quietAndAbused(pairs, (it) => it.kinds?.[kind]?.p99),
  ])
  return table(['Operation', 'p50, quiet', 'p50, beside them', 'p99, quiet', 'p99, beside them'], rows)
}

interface Pair {
  readonly quiet: Figures
  readonly abused: Figures
}

/** Of each round, the quiet measurement and the one that followed it. */
function pairsOf(records: Records, target: string, row: string): Pair[] {
  const figuresOf = (label: string) =>
    records.entries.filter((it) => it.target === target && it.label === label && it.figures)
  const abused = new Map(figuresOf(abusedLabel(row)).map((it) => [it.round, it.figures!]))
  return figuresOf(quietLabel(row)).flatMap(({ round, figures }) =>
    abused.has(round) ? [{ quiet: figures!, abused: abused.get(round)! }] : [],
  )
}

const quietAndAbused = (pairs: readonly Pair[], of: (figures: Figures) => number | undefined): string[] =>
  [pairs.map(({ quiet }) => of(quiet)), pairs.map(({ abused }) => of(abused))].map((found) => {
    const all = spreadOf(found.filter((it) => it !== undefined))
    return all ? spread(all) : ''
  })

const sum = (pairs: readonly Pair[], of: (pair: Pair) => number): number =>
  pairs.reduce((total, pair) => total + of(pair), 0)

const median = (pairs: readonly Pair[], of: (pair: Pair) => number): number => spreadOf(pairs.map(of))!.median
