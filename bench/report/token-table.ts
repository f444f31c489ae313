import { tokenLabels } from '../scenarios/tokens.ts'
import { figure } from './figure.ts'
import { table } from './markdown.ts'
import type { Records } from './records.ts'

/** What a token may cost beside the signature that is in it, and what a crowd may add to how long it takes. */
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
