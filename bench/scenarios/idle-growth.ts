import { readFileSync } from 'node:fs'
import type { Target } from '../targets/target.ts'
import { idleLabel, idleOnce, obstacleFor } from './idle.ts'
import type { Scenario } from './scenario.ts'
import { many } from './session.ts'

const MOST = 10_000
/** Sessions for which Dovecot's processes take more than a GB. */
const MOST_PROCESSES = 1000
/** That client and server each have open beside the connections, at most. */
const OTHER_FILES = 500

export const idleGrowthSteps = [
  { name: 'MB in all', metric: 'memory' },
  { name: 'KB a session', metric: 'memoryPerSession' },
  { name: 'append to EXISTS, ms, p50', metric: 'p50' },
  { name: 'append to EXISTS, ms, p99', metric: 'p99' },
] as const

/** More and more sessions idle on one folder over TLS. */
export const idleGrowth: Scenario = {
  name: 'idle-growth',
  claims: ({ idleGrowth: sizes }) =>
    sizes
      .filter((it) => it === MOST)
      .map((it) => ({ label: idleLabel(it, true), metric: 'memory', atMost: 1024, timesBetter: 0 })),
  async run(trial) {
    for (const sessions of trial.plan.idleGrowth) {
      const label = idleLabel(sessions, true)
      const obstacle = tooManyFor(trial.target, sessions) ?? obstacleFor(trial.target, sessions)
      if (obstacle === undefined) await idleOnce(trial, { label, sessions, secure: true })
      else trial.left(label, obstacle)
    }
  },
}

function tooManyFor(target: Target, sessions: number): string | undefined {
  if (target.name === 'Dovecot' && sessions > MOST_PROCESSES) {
    return `left out: ${many(sessions)} processes of 1.4 MB each`
  }
  const files = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? Infinity)
  return sessions + OTHER_FILES > files ? `open files are limited to ${many(files)}` : undefined
}
