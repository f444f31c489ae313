/*
 * A process of an abusive caller. It does what its parent asks for, tells when that has begun and, when it is asked
 * to stop, what it did. It ends by itself when its time is over or its parent is gone.
 */
import { getPriority, setPriority } from 'node:os'
import { type Grounds, Tally } from './abuse.ts'
import type { Abuse as Report } from '../measure/measure.ts'
import { type AbuseName, abuses } from './index.ts'

export interface Job {
  readonly abuse: AbuseName
  readonly grounds: Grounds
  /** After which the process ends by itself. */
  readonly seconds: number
}

// An attacker's work is done on a machine of its own: here it gives way to the server.
setPriority(Math.min(19, getPriority() + 10))
process.once('disconnect', () => process.exit(0))
process.once('message', (job: Job) => {
  const tally = new Tally()
  const from = performance.now()
  setTimeout(() => process.exit(0), job.seconds * 1000)
  void abuses[job.abuse](job.grounds, tally).then(() => {
    process.send!('begun')
    process.once('message', () => {
      const report: Report = {
        attempts: tally.attempts,
        turnedAway: tally.turnedAway,
        seconds: (performance.now() - from) / 1000,
      }
      process.send!(report, () => process.exit(0))
    })
  })
})
