import { idleGrowthSteps } from '../scenarios/idle-growth.ts'
import { idleLabel } from '../scenarios/idle.ts'
import { figure } from './figure.ts'
import { table } from './markdown.ts'
import type { Records } from './records.ts'

/** What more and more sessions take that idle over TLS: medians, for each target. */
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
