import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Abuse } from '../measure/measure.ts'
import type { AbuseName } from './index.ts'
import type { Job } from './main.ts'

/** Connections of one process: a process may have so many files open on most machines. */
const SOCKETS = 12_000

/** An abusive caller in processes of its own: one for each abuse or more, so that none is in another's way. */
export class Abuser {
  readonly #children: readonly ChildProcess[]

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
  }

  /** Resolves when all of the abuses have begun. */
  static async start({ abuses, ...how }: { abuses: readonly AbuseName[] } & Omit<Job, 'abuse'>): Promise<Abuser> {
    return new Abuser(await Promise.all(abuses.flatMap((abuse) => jobsOf({ abuse, ...how })).map(begun)))
  }

  /** Resolves to what it did, once its processes have ended. */
  async stop(): Promise<Abuse> {
    const reports = await Promise.all(this.#children.map(reportOf))
    return {
      attempts: reports.reduce((sum, it) => sum + it.attempts, 0),
      turnedAway: reports.reduce((sum, it) => sum + it.turnedAway, 0),
      seconds: Math.max(...reports.map((it) => it.seconds)),
    }
  }
}

function jobsOf(job: Job): Job[] {
  const { volume } = job.grounds
  const count = job.abuse === 'idle-sockets' ? Math.ceil(volume.sockets / SOCKETS) : 1
  const part = { ...job.grounds, volume: { ...volume, sockets: Math.ceil(volume.sockets / count) } }
  return Array.from({ length: count }, () => ({ ...job, grounds: part }))
}

async function begun(job: Job): Promise<ChildProcess> {
  const child = fork(path.resolve(import.meta.dirname, 'main.ts'), { execArgv: [] })
  child.send(job)
  const failed = once(child, 'exit').then(() => Promise.reject(new Error(`${job.abuse} ended too early`)))
  await Promise.race([once(child, 'message'), failed])
  failed.catch(() => undefined)
  return child
}

async function reportOf(child: ChildProcess): Promise<Abuse> {
  if (child.exitCode !== null) throw new Error('An abuse ended before it was stopped')
  const ended = once(child, 'exit')
  child.send('stop')
  const [abuse] = (await once(child, 'message')) as [Abuse]
  await ended
  return abuse
}
