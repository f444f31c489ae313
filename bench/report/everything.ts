import type { Figures } from '../measure/measure.ts'
import { figure, spread } from './figure.ts'
import { table } from './markdown.ts'
import type { Records } from './records.ts'

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
