import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { SharedStore } from './shared-store.ts'

export const MAILBOXES = 64

/** The first argument of a capped node, as JSON. */
export interface CappedNodeOptions {
  readonly name: string
  readonly url: string
  readonly bucket: SharedStore['bucket']
  /** A folder for its cache. */
  readonly folder: string
}

export interface CappedNodeReport {
  readonly operations: number
  /** Seconds of CPU. */
  readonly cpu: number
  readonly seconds: number
}

export interface ScalingFigures {
  readonly perSecond: number
  /** Seconds of CPU for 1000 operations, of the nodes and of the database. */
  readonly nodeCpu: number
  readonly databaseCpu: number
}

const GROUPS = '/sys/fs/cgroup/cpu'
/** Microseconds of a period in which a quota is spent. */
const PERIOD = 100_000

/** Nodes that may use a share of a core each, by a control group of Linux (version 1, as root). */
export class CappedNodes {
  readonly #store: SharedStore
  readonly #share: number
  readonly #nodes: { readonly child: ChildProcess; readonly group: string }[] = []

  constructor(store: SharedStore, share: number) {
    this.#store = store
    this.#share = share
  }

  /** Starts a node, and caps it once it is ready. */
  async add(folder: string): Promise<void> {
    const name = `node-${this.#nodes.length + 1}`
    const { url, bucket } = this.#store
    const options: CappedNodeOptions = { name, url, bucket, folder }
    const child = fork(path.join(import.meta.dirname, 'capped-node.ts'), [JSON.stringify(options)])
    const failed = once(child, 'exit').then(() => Promise.reject(new Error(`The node ${name} ended`)))
    await Promise.race([once(child, 'message'), failed])
    failed.catch(() => {})
    const group = path.join(GROUPS, `postern-bench-${process.pid}-${name}`)
    mkdirSync(group)
    writeFileSync(path.join(group, 'cpu.cfs_period_us'), String(PERIOD))
    writeFileSync(path.join(group, 'cpu.cfs_quota_us'), String(Math.round(PERIOD * this.#share)))
    writeFileSync(path.join(group, 'cgroup.procs'), String(child.pid))
    this.#nodes.push({ child, group })
  }

  /** Lets the first nodes work together. */
  async measure(count: number, seconds: number): Promise<ScalingFigures> {
    const before = this.#store.databaseCpu
    const reports = await Promise.all(
      this.#nodes.slice(0, count).map(async ({ child }) => {
        const reported = once(child, 'message')
        child.send(seconds)
        const [report] = (await reported) as [CappedNodeReport]
        return report
      }),
    )
    const database = this.#store.databaseCpu - before
    const operations = reports.reduce((sum, report) => sum + report.operations, 0)
    const cpu = reports.reduce((sum, report) => sum + report.cpu, 0)
    return {
      perSecond: reports.reduce((sum, report) => sum + report.operations / report.seconds, 0),
      nodeCpu: (cpu * 1000) / operations,
      databaseCpu: (database * 1000) / operations,
    }
  }

  async close(): Promise<void> {
    for (const { child, group } of this.#nodes) {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
      rmdirSync(group)
    }
  }
}
