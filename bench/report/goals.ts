import { type Claim, type MetricName, metrics, type Scenario } from '../scenarios/scenario.ts'
import { figure, spread } from './figure.ts'
import { table } from './markdown.ts'
import type { Records } from './records.ts'

const OURS = 'Postern'

/** What was promised, beside what was found: the peer of the same run, the ratio, and whether it holds. */
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
