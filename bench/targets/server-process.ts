import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE = 60_000

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its output goes. */
  readonly log: string
  /** Whether it accepts clients by now. */
  readonly ready: () => Promise<boolean>
}

const running = new Set<ChildProcess>()
// However this process ends, the servers that it started end too.
process.once('exit', () => running.forEach((child) => child.kill('SIGTERM')))

/** A server that this process started. */
export class ServerProcess {
  readonly pid: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child
    this.pid = pid
  }

  /** Resolves when the server is ready. */
  static async start(launch: Launch): Promise<ServerProcess> {
    const log = openSync(launch.log, 'a')
    const child = spawn(launch.command, launch.args, {
      env: { ...process.env, ...launch.env },
      stdio: ['ignore', log, log],
    })
    running.add(child)
    child.once('exit', () => running.delete(child))
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`${launch.command} ended with ${code}; see ${launch.log}`)))
    })
    await Promise.race([failed, until(launch)])
    failed.catch(() => undefined)
    return new ServerProcess(child, child.pid!)
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    await ended
  }
}

async function until({ ready, command, log }: Launch): Promise<void> {
  for (const from = performance.now(); !(await ready()); await pause(20)) {
    if (performance.now() - from > PATIENCE) throw new Error(`${command} does not become ready; see ${log}`)
  }
}
