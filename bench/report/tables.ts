import type { Figures } from '../measure/measure.ts'
import type { Spread } from '../measure/statistics.ts'
import { growthLabel, growthSteps } from '../scenarios/growth.ts'
import { idleGrowthSteps } from '../scenarios/idle-growth.ts'
import { idleLabel } from '../scenarios/idle.ts'
import { type Claim, type MetricName, metrics, type Scenario } from '../scenarios/scenario.ts'
import { tokenLabels } from '../scenarios/tokens.ts'
import type { Records } from './records.ts'

/** A table of Markdown: headings, the first to the left and the others to the right, and rows. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = headings.map((_, index) => (index === 0 ? '---' : '---:'))
  return [line(headings), line(rule), ...rows.map(line)].join('\n')
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Three digits that count, as people write them. */
export function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  if (value >= 100) return value.toFixed(0)
  if (value >= 10) return value.toFixed(1)
  if (value >= 1) return value.toFixed(2)
  return value === 0 ? '0' : value.toFixed(Math.min(6, 2 - Math.floor(Math.log10(value))))
}

/** The median, with the ends where there is more than one round. */
export const spread = ({ median, min, max }: Spread): string =>
  min === max ? figure(median) : `${figure(median)} [${figure(min)}..${figure(max)}]`

const columns: readonly { heading: string; of: (figures: Figures) => number | undefined }[] = [
  { heading: 'per second', of: (it) => it.perSecond },
  { heading: 'MB/s', of: (it) => it.megabytesPerSecond },
  { heading: 'ms, p50', of: (it) => it.latency?.p50 },
  { heading: 'ms, p99', of: (it) => it.latency?.p99 },
  { heading: 'CPU s per 1,000', of: (it) => it.cpuPerThousand },
]
const medians: readonly { heading: string; of: (figures: Figures) => number | undefined }[] = [
  { heading: 'behind the answers', of: (it) => it.cpuBehind / (it.cpu || 1) },
  { heading: 'client cores', of: (it) => it.clientCpu / it.seconds },
  { heading: 'other cores', of: (it) => it.elsewhere },
]

/** Every measurement of a target. */
export function everythingTable(records: Records, target: string): string {
  const rows = records.labels.map((label) => {
    const reason = records.reason(target, label)
    if (reason !== undefined)
      return [label, reason, ...Array.from({ length: columns.length + medians.length - 1 }, () => '')]
    const spreads = columns.map(({ of }) => records.spreadOf(target, label, of))
    const middles = medians.map(({ of }) => records.spreadOf(target, label, of)?.median)
    return [
      label,
      ...spreads.map((it) => (it ? spread(it) : '')),
      ...middles.map((it) => (it === undefined ? '' : figure(it))),
    ]
  })
  return table(['Measurement', ...columns.map((it) => it.heading), ...medians.map((it) => it.heading)], rows)
}

const OURS = 'Postern'

/** Prints each goal with its result: the peer of the same run, the ratio, and whether the goal is met. */
export function goalsTable(records: Records, scenarios: readonly Scenario[]): string {
  const { plan } = records.environment
  const ran = new Set(records.labels)
  const claims = scenarios.flatMap((it) => it.claims(plan)).filter(({ label }) => ran.has(label))
  const peer = records.targets.find((name) => name !== OURS)
  const headings = ['Scenario', 'Figure', OURS, ...(peer === undefined ? [] : [peer, 'times better']), 'Goal', 'Holds']
  return table(
    headings,
    claims.map((claim) => row(records, claim, peer)),
  )
}

function row(records: Records, claim: Claim, peer: string | undefined): string[] {
  const ratio = peer === undefined ? undefined : timesBetter(records, claim, peer)
  return [
    claim.label,
    metrics[claim.metric].heading,
    cell(records, OURS, claim),
    ...(peer === undefined ? [] : [cell(records, peer, claim), ratio === undefined ? '' : figure(ratio)]),
    goal(claim),
    holds(records, claim, ratio),
  ]
}

function cell(records: Records, target: string, { label, metric }: Claim): string {
  const found = records.spread(target, label, metric)
  return found ? spread(found) : (records.reason(target, label) ?? '')
}

const medianOf = (records: Records, target: string, label: string, metric: MetricName): number | undefined =>
  records.spread(target, label, metric)?.median

function timesBetter(records: Records, { label, metric }: Claim, peer: string): number | undefined {
  const [ours, theirs] = [medianOf(records, OURS, label, metric), medianOf(records, peer, label, metric)]
  if (ours === undefined || theirs === undefined) return undefined
  return metrics[metric].better === 'less' ? theirs / ours : ours / theirs
}

const goal = ({ atMost, timesBetter: times = 1 }: Claim): string =>
  [...(atMost === undefined ? [] : [`≤ ${atMost}`]), ...(times === 0 ? [] : [`${times}×`])].join(', ')

function holds(records: Records, { label, metric, atMost, timesBetter: times = 1 }: Claim, ratio?: number): string {
  const ours = medianOf(records, OURS, label, metric)
  if (ours === undefined || (atMost === undefined && ratio === undefined)) return ''
  const missed = [
    ...(atMost !== undefined && ours > atMost ? [`${figure(ours / atMost)} times the goal`] : []),
    ...(ratio !== undefined && ratio < times ? ['behind the peer'] : []),
  ]
  return missed.length === 0 ? 'yes' : `no: ${missed.join(', ')}`
}

/** How the time of a step grows with the folder: medians in milliseconds, for each target. */
export function growthTable(records: Records): string | undefined {
  const sizes = records.environment.plan.growth
  if (!growthSteps.some((step) => sizes.some((size) => records.labels.includes(growthLabel(step, size)))))
    return undefined
  const cells = (target: string, step: string) =>
    sizes.map((size) => {
      const found = records.spread(target, growthLabel(step, size), 'p50')
      return found ? figure(found.median) : (records.reason(target, growthLabel(step, size)) ?? '')
    })
  const rows = growthSteps.flatMap((step) =>
    records.targets.map((target) => [`${step}, ${target}`, ...cells(target, step)]),
  )
  return table(['ms, p50', ...sizes.map((size) => size.toLocaleString('en'))], rows)
}

/** Prints the memory of growing numbers of idle TLS sessions: medians for each target. */
export function idleGrowthTable(records: Records): string | undefined {
  const sizes = records.environment.plan.idleGrowth
  const labels = sizes.map((size) => idleLabel(size, true))
  if (!labels.some((label) => records.labels.includes(label))) return undefined
  const rows = idleGrowthSteps.flatMap(({ name, metric }) =>
    records.targets.map((target) => [
      `${name}, ${target}`,
      ...labels.map((label) => {
        const found = records.spread(target, label, metric)
        return found ? figure(found.median) : (records.reason(target, label) ?? '')
      }),
    ]),
  )
  return table(['Sessions', ...sizes.map((size) => size.toLocaleString('en'))], rows)
}

/** Limits for the CPU of a token relative to its signature, and for the delay that a crowd adds. */
const MOST_CPU = 1.25
const MOST_LATENCY = 2

/** How tokens stand to the signature that is in each, and to those of a tenant in which nobody else is. */
export function tokenTable(records: Records): string | undefined {
  const [target] = records.targets
  if (target === undefined) return undefined
  const raw = records.spread(target, tokenLabels.raw, 'cpu')?.median
  const alone = records.spread(target, tokenLabels.empty, 'p99')?.median
  if (raw === undefined || alone === undefined) return undefined
  const rows = Object.values(tokenLabels).map((label) => {
    const median = (metric: 'rate' | 'cpu' | 'p50' | 'p99') => records.spread(target, label, metric)?.median
    const [rate, cpu, p50, p99] = [median('rate'), median('cpu'), median('p50'), median('p99')]
    return [
      label,
      ...[rate, cpu].map(shown),
      label === tokenLabels.raw ? '' : judged(cpu, raw, MOST_CPU),
      ...[p50, p99].map(shown),
      label === tokenLabels.raw || label === tokenLabels.empty ? '' : judged(p99, alone, MOST_LATENCY),
    ]
  })
  const headings = [
    '',
    'per second',
    'CPU s per 1,000',
    `signatures (≤ ${MOST_CPU})`,
    'ms, p50',
    'ms, p99',
    `empty tenant's p99 (≤ ${MOST_LATENCY})`,
  ]
  return table(headings, rows)
}

const shown = (value: number | undefined): string => (value === undefined ? '' : figure(value))

function judged(value: number | undefined, beside: number, most: number): string {
  if (value === undefined) return ''
  const ratio = value / beside
  return `${ratio.toFixed(2)} ×${ratio > most ? ', too much' : ''}`
}
