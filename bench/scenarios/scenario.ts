import type { Figures, Work } from '../measure/measure.ts'
import type { Plan } from '../plan.ts'
import type { Population } from '../population.ts'
import type { Target } from '../targets/target.ts'

/** One target, once: what a scenario works on. */
export interface Trial {
  readonly target: Target
  readonly plan: Plan
  readonly population: Population
  /** Measures work under a label; the label is what claims refer to. `pid`: who is charged, the target if absent. */
  readonly measured: (label: string, work: () => Promise<Work>, pid?: number) => Promise<void>
  /** Notes why nothing is measured under a label. */
  readonly left: (label: string, reason: string) => void
}

/** A figure of a measurement, and how it reads. */
export interface Metric {
  readonly heading: string
  readonly better: 'less' | 'more'
  of(figures: Figures): number | undefined
}

export const metrics = {
  cpu: { heading: 'CPU s per 1,000', better: 'less', of: (it) => it.cpuPerThousand },
  rate: { heading: 'per second', better: 'more', of: (it) => it.perSecond },
  p50: { heading: 'ms, p50', better: 'less', of: (it) => it.latency?.p50 },
  p99: { heading: 'ms, p99', better: 'less', of: (it) => it.latency?.p99 },
  memoryPerSession: { heading: 'KB a session', better: 'less', of: (it) => it.memoryPerSession },
  memory: { heading: 'MB in all', better: 'less', of: (it) => it.memory },
} satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics

/** A goal for the sizes of the standard plan. */
export interface Claim {
  readonly label: string
  readonly metric: MetricName
  /** Absent where it need only be no worse than the peer. */
  readonly atMost?: number
  /** How many times better than the peer it has to be: 1 if absent, 0 where nothing was promised. */
  readonly timesBetter?: number
}

export interface Scenario {
  /** By which it is chosen on the command line. */
  readonly name: string
  /** Whether it has no use for folders that are filled before. */
  readonly withoutMail?: boolean
  claims(plan: Plan): readonly Claim[]
  run(trial: Trial): Promise<void>
}
