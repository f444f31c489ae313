import { growthLabel, growthSteps } from '../scenarios/growth.ts'
import { figure } from './figure.ts'
import { table } from './markdown.ts'
import type { Records } from './records.ts'

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
