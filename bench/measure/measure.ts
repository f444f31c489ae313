import { type Latency, latencyOf } from './statistics.ts'
import { machineCpu, usageOf } from './process-tree.ts'
import { quiet } from './quiet.ts'

/** The work of a measured run. */
export interface Work {
  /** Messages, commands or sign-ins: what "a thousand" counts. */
  readonly operations: number
  /** Milliseconds, one for each answer that was waited for. */
  readonly latencies?: readonly number[]
  readonly octets?: number
  /** Kilobytes of server memory for each session, where that was the question. */
  readonly memoryPerSession?: number
  /** Megabytes of server memory in all, where that was the question. */
  readonly memory?: number
  /** Milliseconds by kind of operation, where several kinds were mixed. */
  readonly kinds?: Readonly<Record<string, readonly number[]>>
  /** How many operations failed, by kind and reason, where a failure is a result and not an error of the bench. */
  readonly refusals?: Readonly<Record<string, number>>
  /** The work of an abusive caller during the run. */
  readonly abuse?: Abuse
}

export interface Abuse {
  /** Connections, commands or requests that it tried. */
  readonly attempts: number
  /** How many of them the server closed, refused or did not accept. */
  readonly turnedAway: number
  readonly seconds: number
}

/** One measurement, as it is written to the records. */
export interface Figures {
  readonly operations: number
  readonly seconds: number
  readonly perSecond: number
  readonly megabytesPerSecond?: number
  readonly latency?: Latency
  /** Seconds of server CPU, what came behind the answers included. */
  readonly cpu: number
  readonly cpuPerThousand: number
  /** The part of `cpu` that came behind the last answer. */
  readonly cpuBehind: number
  readonly clientCpu: number
  /** Cores that neither the server nor the client used: how disturbed the measurement was. */
  readonly elsewhere: number
  readonly processes: number
  readonly memoryPerSession?: number
  readonly memory?: number
  readonly kinds?: Readonly<Record<string, Latency>>
  readonly refusals?: Readonly<Record<string, number>>
  readonly abuse?: Abuse
}

/** Runs the work and charges the server with everything that it did for it, until it rests. */
export async function measure(root: number, work: () => Promise<Work>): Promise<Figures> {
  await quiet(root)
  const before = usageOf(root)
  const machineBefore = machineCpu()
  const clientBefore = process.cpuUsage()
  const from = performance.now()

  const done = await work()

  const seconds = (performance.now() - from) / 1000
  const client = process.cpuUsage(clientBefore)
  const after = usageOf(root)
  const machine = machineCpu() - machineBefore
  await quiet(root)
  const settled = usageOf(root)

  const cpu = settled.cpu - before.cpu
  const clientCpu = (client.user + client.system) / 1e6
  const latency = latencyOf(done.latencies ?? [])
  return {
    operations: done.operations,
    seconds,
    perSecond: done.operations / seconds,
    ...(done.octets === undefined ? {} : { megabytesPerSecond: done.octets / 1e6 / seconds }),
    ...(latency ? { latency } : {}),
    cpu,
    cpuPerThousand: (cpu * 1000) / done.operations,
    cpuBehind: settled.cpu - after.cpu,
    clientCpu,
    elsewhere: Math.max(0, (machine - (after.cpu - before.cpu) - clientCpu) / seconds),
    processes: after.processes,
    ...(done.memoryPerSession === undefined ? {} : { memoryPerSession: done.memoryPerSession }),
    ...(done.memory === undefined ? {} : { memory: done.memory }),
    ...(done.kinds === undefined ? {} : { kinds: latencies(done.kinds) }),
    ...(done.refusals === undefined ? {} : { refusals: done.refusals }),
    ...(done.abuse === undefined ? {} : { abuse: done.abuse }),
  }
}

const latencies = (kinds: NonNullable<Work['kinds']>): Record<string, Latency> =>
  Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, samples]) => {
      const latency = latencyOf(samples)
      return latency ? [[kind, latency]] : []
    }),
  )
