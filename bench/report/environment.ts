import { execFileSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import type { Plan } from '../plan.ts'

/** Where and how measurements were made. */
export interface Environment {
  readonly at: string
  readonly processor: string
  readonly cores: number
  /** Gigabytes. */
  readonly memory: number
  readonly kernel: string
  readonly filesystem: string
  readonly node: string
  readonly commit: string
  readonly targets: Readonly<Record<string, string>>
  readonly plan: Plan
}

// statfs(2)
const FILESYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x01021994: 'tmpfs, which forgets: durable writes cost nothing here',
  0x794c7630: 'overlayfs',
}

export const environment = (folder: string, plan: Plan, targets: Environment['targets']): Environment => ({
  at: new Date().toISOString(),
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memory: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  filesystem: FILESYSTEMS[statfsSync(folder).type] ?? 'unknown',
  node: process.versions.node,
  commit: commit(),
  targets,
  plan,
})

function commit(): string {
  try {
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', '../src') === '' ? '' : ' with changes')
    )
  } catch {
    return 'not from a repository'
  }
}

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
